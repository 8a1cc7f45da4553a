"""The numbers in the weights of a `.keras` archive, read one weight at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.readers.files.archive import Archive
from graphscope.readers.keras.archive_file import locate_weights
from graphscope.readers.weights.spread import spread
from graphscope.readers.weights.stored import WEIGHTS

if TYPE_CHECKING:
    import numpy as np


class StoredValues:
    """The values of the weights of an archive, by the ids that its graph gives them.

    The archive is opened for each reading and closed after it.

    Args:
        path: the archive that the graph was read from.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self._lock = threading.Lock()
        self._places: dict[str, str] | None = None

    def parts(self, weight: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
        """Yield the numbers of a weight in parts, evenly spread where they exceed the limit.

        Args:
            weight: its id.
            limit: how many bytes are read at most.

        Raises:
            KeyError: when the archive has no such weight.
            ReadError: when the file is another one by now, damaged, or holds a type of numbers
                that NumPy does not know.
        """
        if _stamp(self._path) != self._stamp:
            raise ReadError("The file was changed after it was read.", "Open it again.")
        with self._lock:
            if self._places is None:
                self._places = locate_weights(self._path)
        place = self._places[weight]
        with Archive(self._path) as archive:
            yield from _read(archive, place, limit)


def _read(archive: Archive, place: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
    import h5py

    from graphscope.readers.weights.walk import HDF5_ERRORS

    stream = archive.open_in_place(WEIGHTS) or archive.copy_out(WEIGHTS)
    if stream is None:
        raise ReadError("The weights are compressed and too large to unpack.")
    try:
        with stream, h5py.File(stream, "r") as file:
            dataset = file[place]
            for part in spread(dataset.shape, dataset.dtype.itemsize, limit):
                yield _as_numbers(dataset[part])
    except HDF5_ERRORS as error:
        raise ReadError("The weight cannot be read: the file is damaged.") from error


def _as_numbers(values: Any) -> np.ndarray[Any, Any]:
    import numpy as np

    array = np.asarray(values)
    if array.dtype.kind == "V" and array.dtype.itemsize == 2:
        # bfloat16 is the upper half of a float32; HDF5 keeps its bytes.
        return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    if array.dtype.kind not in "fiub":
        raise ReadError(f"Numbers of the type {array.dtype} cannot be summed up.")
    return array


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size
