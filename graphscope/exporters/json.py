"""JSON: the graph document itself, which `graphscope` reads back."""

from __future__ import annotations

from pathlib import Path

from graphscope.exporters.files import write_text
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph, to_json


def export(graph: Graph, path: Path, options: ExportOptions) -> None:  # noqa: ARG001 - all of it
    """Write the whole graph; the options choose what a picture shows and change nothing here.

    Raises:
        ExportError: when the file cannot be written.
    """
    write_text(path, to_json(graph, indent=1) + "\n")
