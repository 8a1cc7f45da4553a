"""The reader of `.pb` files: a GraphDef, as frozen graphs are stored, or a SavedModel's file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.formats.wire import MalformedError
from graphscope.graph import Graph
from graphscope.readers.tensorflow.graph_def import locate_constants, read_graph_def
from graphscope.readers.tensorflow.mapped import map_file
from graphscope.readers.tensorflow.saved_model import FILE_NAME, read_saved_model
from graphscope.readers.tensorflow.tensor_parts import constant_parts

if TYPE_CHECKING:
    import numpy as np

_SCHEMA_VERSION = b"\x08"
"""How a SavedModel begins: with a number as field 1, where a GraphDef has a message."""


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the graph in a `.pb` file.

    Raises:
        ReadError: when the file is missing, no TensorFlow graph, damaged or beyond the limits.
    """
    path = Path(path)
    data = map_file(path)
    if _is_saved_model(path, data):
        return read_saved_model(data, name=path.resolve().parent.name or path.stem)
    return read_graph_def(data, name=path.stem)


def weight_parts(path: Path, weight: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the numbers of a weight in parts, evenly spread where they exceed the limit.

    Args:
        path: the file.
        weight: the id of the weight in the graph that `read` gives.
        limit: how many bytes are read at most.

    Raises:
        KeyError: when there is no such weight, or its numbers lie outside of the file.
        ReadError: when the file is damaged, or holds a type of numbers that NumPy does not know.
    """
    status = path.stat()
    constant = _locate_constants(path, status.st_mtime_ns, status.st_size)[weight]
    try:
        yield from constant_parts(constant, limit)
    except MalformedError as error:
        raise ReadError(f"The weight cannot be read: {error}.") from error


@lru_cache(maxsize=1)
def _locate_constants(path: Path, _time: int, _size: int) -> dict[str, memoryview]:
    data = map_file(path)
    # The numbers of a SavedModel lie beside its file.
    return {} if _is_saved_model(path, data) else locate_constants(data, name=path.stem)


def _is_saved_model(path: Path, data: memoryview) -> bool:
    return data[:1] == _SCHEMA_VERSION or path.name == FILE_NAME
