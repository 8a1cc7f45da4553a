"""A file in memory without being read: pages come in when they are looked at."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from graphscope.errors import ReadError
from graphscope.readers.files.kind import HEAD_SIZE, describe_content
from graphscope.readers.files.regular_file import open_regular_file
from graphscope.readers.text import quote


def map_file(path: Path) -> memoryview:
    """Return the bytes of a file; windows on them cost nothing.

    Raises:
        ReadError: when the file is missing, no regular file, not readable or empty.
    """
    with open_regular_file(path) as file:
        if not os.fstat(file.fileno()).st_size:
            raise ReadError(f"{quote(path.name)} is empty.", "Export the model again.")
        # Never closed by hand: windows on it may outlive any caller, in a traceback for example.
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def map_graph(path: Path) -> memoryview:
    """Return the bytes of a file that should hold a graph.

    Raises:
        ReadError: as `map_file` does, and when it is plainly a file of another kind.
    """
    data = map_file(path)
    kind = describe_content(bytes(data[:HEAD_SIZE]))
    if kind is not None:
        raise ReadError(
            f"{quote(path.name)} is no graph of TensorFlow; it looks like {kind.name}.", kind.remedy
        )
    return data
