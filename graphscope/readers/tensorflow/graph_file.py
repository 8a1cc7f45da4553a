"""The reader of `.pb` files: a GraphDef, as frozen graphs are stored, or a SavedModel's file."""

from __future__ import annotations

import os
from pathlib import Path

from graphscope.graph import Graph
from graphscope.readers.tensorflow.graph_def import read_graph_def
from graphscope.readers.tensorflow.mapped import map_file
from graphscope.readers.tensorflow.saved_model import FILE_NAME, read_saved_model

_SCHEMA_VERSION = b"\x08"
"""How a SavedModel begins: with a number as field 1, where a GraphDef has a message."""


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the graph in a `.pb` file.

    Raises:
        ReadError: when the file is missing, no TensorFlow graph, damaged or beyond the limits.
    """
    path = Path(path)
    data = map_file(path)
    if data[:1] == _SCHEMA_VERSION or path.name == FILE_NAME:
        return read_saved_model(data, name=path.resolve().parent.name or path.stem)
    return read_graph_def(data, name=path.stem)
