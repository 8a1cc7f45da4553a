"""SVG: the scene of the page as a file, drawn by the page's own code."""

from __future__ import annotations

from pathlib import Path

from graphscope.exporters import fonts
from graphscope.exporters.dot_layout import render_with_dot
from graphscope.exporters.files import write_bytes, write_text
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_svg
from graphscope.graph import Graph


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as an SVG file.

    Raises:
        ExportError: when it cannot be drawn or the file cannot be written.
    """
    if options.engine == "dot":
        write_bytes(path, render_with_dot(graph, options, "svg"))
    else:
        write_text(path, finish_svg(draw_svg(graph, options), options))


def finish_svg(svg: str, options: ExportOptions) -> str:
    """Return the picture as it goes into a file: with the fonts it names, where that is chosen."""
    embeds = options.style == "paper" if options.fonts is None else options.fonts
    return fonts.embed(svg) if embeds else svg
