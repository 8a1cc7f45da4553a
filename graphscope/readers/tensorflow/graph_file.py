"""The reader of files with one graph: frozen graphs, the file of a SavedModel, meta graphs.

`.pb` and `.meta` hold bytes, `.pbtxt` the same messages as text; what a file holds decides, as
its name often says something else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.formats.wire import MalformedError
from graphscope.graph import Graph
from graphscope.readers.tensorflow.graph_def import REMEDY, locate_constants, read_graph_def
from graphscope.readers.tensorflow.mapped import map_graph
from graphscope.readers.tensorflow.saved_model import (
    FILE_NAME,
    TEXT_NAME,
    read_meta_graph_file,
    read_saved_model,
)
from graphscope.readers.tensorflow.tensor_parts import constant_parts
from graphscope.readers.tensorflow.text_schema import encode, find_root
from graphscope.readers.text import quote

if TYPE_CHECKING:
    import numpy as np

_SCHEMA_VERSION = b"\x08"
"""How a SavedModel begins: with a number as field 1, where a GraphDef has a message."""
HAS_ENTRIES = True
"""That `read` takes the name of an entry point."""
_TEXT_SUFFIX = ".pbtxt"
_META_SUFFIX = ".meta"
_COMPANIONS = frozenset({"fingerprint.pb", "keras_metadata.pb"})


def read(path: str | os.PathLike[str], entry: str = "") -> Graph:
    """Return the graph in a `.pb`, `.pbtxt` or `.meta` file.

    Args:
        path: the file.
        entry: the entry point of a SavedModel that is to be shown; see `saved_model.read`.

    Raises:
        ReadError: when the file is missing, no TensorFlow graph, damaged or beyond the limits.
    """
    path = Path(path)
    root, data = _load(path)
    if root == "SavedModel":
        folder = path.resolve().parent.name if path.name in (FILE_NAME, TEXT_NAME) else ""
        return read_saved_model(data, name=folder or path.stem, entry=entry)
    if entry:
        raise ReadError(
            f"{quote(path.name)} is no SavedModel, so it has no entry point {quote(entry, 80)}.",
            "Leave --entry out: the graph is shown as a whole.",
        )
    if root == "MetaGraphDef":
        return read_meta_graph_file(data, name=path.stem)
    return read_graph_def(data, name=path.stem)


def _load(path: Path) -> tuple[str, memoryview]:
    """Return which message a file holds, with its bytes."""
    if path.name in _COMPANIONS:
        raise ReadError(
            f"{quote(path.name)} lies beside a SavedModel and holds no graph.",
            f"Name the folder, in which {FILE_NAME} lies too.",
        )
    data = map_graph(path)
    root = find_root(data)
    if root:
        try:
            return root, encode(data, root)
        except MalformedError as error:
            raise ReadError(f"{quote(path.name)} is damaged: {error}.", REMEDY) from error
    if path.suffix.lower() == _TEXT_SUFFIX:
        raise ReadError(
            f"{quote(path.name)} is no graph of TensorFlow: it begins with none of the fields of "
            "a GraphDef, a SavedModel or a MetaGraphDef.",
            "Other things are kept in files of this name too; name the file of the graph.",
        )
    if data[:1] == _SCHEMA_VERSION or path.name == FILE_NAME:
        return "SavedModel", data
    return "MetaGraphDef" if path.suffix.lower() == _META_SUFFIX else "GraphDef", data


def weight_parts(
    path: Path, weight: str, limit: int, _entry: str = ""
) -> Iterator[np.ndarray[Any, Any]]:
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
    root, data = _load(path)
    # The numbers of the others lie beside the file.
    return locate_constants(data, name=path.stem) if root == "GraphDef" else {}
