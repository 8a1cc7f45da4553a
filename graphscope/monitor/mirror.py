"""The log of a training written for TensorBoard, too."""

from __future__ import annotations

from pathlib import Path

from graphscope.monitor.warning import Warner
from graphscope.runs.exchange import EventFiles
from graphscope.runs.records import Columns, Record

_OWN = frozenset({"learning_rate", "samples_per_second", "overhead"})
"""Numbers of steps that Keras's callback does not write."""


class Mirror:
    """Writes records to event files; the first trouble ends it with one warning.

    Steps are named as Keras's callback names them, `batch_loss`, and so are epochs: `epoch_loss`,
    in the folders `train` and `validation`.

    Args:
        folder: that TensorBoard is given.
        warn: told of trouble.
    """

    def __init__(self, folder: Path, warn: Warner) -> None:
        self._folder, self._warn = folder, warn
        self._files: EventFiles | None = None
        try:
            self._files = EventFiles(folder)
        except Exception as error:  # noqa: BLE001 - the training goes on without
            self._give_up(error)

    def write(self, record: Record) -> None:
        """Write what a record says in numbers."""
        if self._files is None:
            return
        try:
            self._files.write(_renamed(record))
        except Exception as error:  # noqa: BLE001 - see above
            self._give_up(error)

    def close(self) -> None:
        """Close the files; closing twice is fine."""
        files, self._files = self._files, None
        try:
            if files is not None:
                files.close()
        except Exception as error:  # noqa: BLE001 - see above
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._files = None
        text = " ".join(str(error).split())[:200]
        self._warn(f"Nothing is written for TensorBoard in {self._folder} ({text}).", "tensorboard")


def _renamed(record: Record) -> Record:
    if not isinstance(record, Columns):
        return record
    names = (name if "/" in name or name in _OWN else f"batch_{name}" for name in record.names)
    return Columns(record.id, tuple(names))
