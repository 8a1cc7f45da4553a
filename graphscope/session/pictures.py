"""Writing a graph to a file: the wiring of exporters."""

from __future__ import annotations

import os
from pathlib import Path

from graphscope import plugins
from graphscope.errors import ExportError
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph


def check_destination(path: Path) -> None:
    """Check what can be known before a model is traced for minutes.

    Raises:
        ExportError: when no exporter takes the suffix, the folder is missing, or the file may
            not be written.
    """
    known = ", ".join(f".{name}" for name in plugins.registered("exporters"))
    if _suffix(path) not in plugins.registered("exporters"):
        described = f"the suffix {path.suffix!r}" if path.suffix else "a name without a suffix"
        raise ExportError(
            f"{str(path)!r} has {described}, which no exporter writes.",
            f"Known suffixes: {known}.",
        )
    if not path.parent.is_dir():
        raise ExportError(
            f"The folder {str(path.parent)!r} does not exist.", "Make it, or choose another one."
        )
    if path.is_dir():
        raise ExportError(f"{str(path)!r} is a folder.", "Give the name of a file.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ExportError(
            f"{str(path)!r} may not be written.", "Choose another place, or change its permissions."
        )


def export_graph(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write a graph to a file, in the format of its suffix.

    Raises:
        ExportError: when the file cannot be written; no half of it is left behind.
    """
    check_destination(path)
    try:
        plugins.find("exporters", _suffix(path))(graph, path, options)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"{str(path)!r} could not be written: {reason}.") from error


def _suffix(path: Path) -> str:
    """Return the longest suffix of the name that an exporter takes (`me.json` before `json`)."""
    parts = path.name.lower().split(".")[1:]
    ends = (".".join(parts[start:]) for start in range(len(parts)))
    known = plugins.registered("exporters")
    return next((end for end in ends if end in known), path.suffix.lower().removeprefix("."))
