"""The reader of `.pb` files: a GraphDef, as frozen graphs are stored."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from graphscope.errors import ReadError
from graphscope.graph import Graph
from graphscope.readers.files.regular_file import open_regular_file
from graphscope.readers.tensorflow.graph_def import read_graph_def
from graphscope.readers.text import quote


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the graph in a `.pb` file.

    Raises:
        ReadError: when the file is missing, no TensorFlow graph, damaged or beyond the limits.
    """
    path = Path(path)
    with open_regular_file(path) as file:
        if not os.fstat(file.fileno()).st_size:
            raise ReadError(f"{quote(path.name)} is empty.", "Export the graph again.")
        # Never closed by hand: windows on it may outlive this call, in a traceback for example.
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return read_graph_def(data, name=path.stem)
