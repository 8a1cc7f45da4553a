"""The numbers in one array of an HDF5 file, read a part at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.readers.files.window import FileWindow
from graphscope.readers.weights.spread import spread

if TYPE_CHECKING:
    import numpy as np


def read_parts(
    stream: IO[bytes] | FileWindow, place: str, limit: int
) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the numbers of an array in parts, evenly spread where they exceed the limit.

    Args:
        stream: the HDF5 file.
        place: the path of the array, which leads over hard links and to numbers in this file.
        limit: how many bytes are read at most.

    Raises:
        ReadError: when the file is damaged, or holds a type of numbers that NumPy does not know.
    """
    import h5py

    from graphscope.readers.weights.walk import HDF5_ERRORS

    try:
        with h5py.File(stream, "r") as file:
            dataset = file[place]
            for part in spread(dataset.shape, dataset.dtype.itemsize, limit):
                yield as_numbers(dataset[part])
    except HDF5_ERRORS as error:
        raise ReadError("The weight cannot be read: the file is damaged.") from error


def as_numbers(values: Any) -> np.ndarray[Any, Any]:
    """Return numbers as NumPy knows them: those of bfloat16 as float32.

    Raises:
        ReadError: when they are of a type without such a form.
    """
    import numpy as np

    array = np.asarray(values)
    if array.dtype.kind == "V" and array.dtype.itemsize == 2:
        # bfloat16 is the upper half of a float32; HDF5 keeps its bytes.
        return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    if array.dtype.kind not in "fiub":
        raise ReadError(f"Numbers of the type {array.dtype} cannot be summed up.")
    return array
