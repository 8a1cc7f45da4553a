"""SVG: the scene of the page as a file, drawn by the page's own code."""

from __future__ import annotations

from pathlib import Path

from graphscope.exporters.files import write_text
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_svg
from graphscope.graph import Graph


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as an SVG file.

    Raises:
        ExportError: when it cannot be drawn or the file cannot be written.
    """
    write_text(path, draw_svg(graph, options))
