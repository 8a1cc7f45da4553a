"""The reader of graph documents: what `graphscope export TARGET -o graph.json` wrote."""

from __future__ import annotations

import os
from pathlib import Path

from graphscope.errors import GraphError, ReadError
from graphscope.graph import Graph, from_json
from graphscope.readers.files.regular_file import open_regular_file
from graphscope.readers.text import quote

_LARGEST = 1 << 30
"""Bytes of a document: a graph of a million nodes stays below."""


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the graph in a JSON document.

    Raises:
        ReadError: when the file is missing, too large, or no graph document of this version.
    """
    path = Path(path)
    shown = quote(path.name, 200)
    with open_regular_file(path) as file:
        # Asking for more than there is would set aside memory for it.
        data = file.read(min(os.fstat(file.fileno()).st_size, _LARGEST) + 1)
    if len(data) > _LARGEST:
        raise ReadError(f"{shown} is larger than {_LARGEST:,} bytes.", "Export a smaller graph.")
    try:
        return from_json(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReadError(f"{shown} is not UTF-8 text.", "Export the graph anew.") from error
    except GraphError as error:
        raise ReadError(f"{shown} cannot be read: {error.message}", error.remedy) from error
