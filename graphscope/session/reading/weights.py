"""The numbers in the weights of a file, summed up when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphscope.errors import GraphscopeError, ReadError
from graphscope.session.reading.apart import offers, summarise_weights

if TYPE_CHECKING:
    from graphscope.analysis.number_summary import NumberSummary

MOST_BYTES = 16 << 20
"""Of a weight that are looked at. Four million numbers give every bin of a histogram to within a
few permille; a larger weight is sampled evenly."""


def has_weights(reader: str) -> bool:
    """Whether a reader gives the numbers in weights, and not only their shapes."""
    return offers(reader, "weight_parts")


class StoredWeights:
    """The weights of a file, by the ids that its graph gives them.

    Args:
        path: the file that the graph was read from.
        reader: the name of its reader.
        entry: the entry point that was asked for, if any.
    """

    def __init__(self, path: Path, reader: str, entry: str = "") -> None:
        self._path = path
        self._entry = entry
        self._reader = reader
        self._stamp = _stamp(path)

    def summarise(self, weights: Sequence[str]) -> list[NumberSummary | GraphscopeError | None]:
        """Return the statistics of some weights, in the order of their ids.

        Where a weight cannot be read its error stands in the place, and None where it has no
        values.

        Raises:
            ReadError: when the file is another one by now, or cannot be read.
        """
        if _stamp(self._path) != self._stamp:
            raise ReadError("The file was changed after it was read.", "Open it again.")
        return summarise_weights(
            self._path, self._reader, weights, most_bytes=MOST_BYTES, entry=self._entry
        )


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size
