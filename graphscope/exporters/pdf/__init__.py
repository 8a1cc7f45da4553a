"""PDF: the SVG picture as a vector page, text as text in the shipped fonts.

ReportLab writes the file; `page` reads the small part of SVG that the picture uses (rectangles,
paths, text, groups that shift, one gradient).
"""

from __future__ import annotations

from pathlib import Path

from graphscope.exporters.dot_layout import render_with_dot
from graphscope.exporters.files import write_bytes
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_svg
from graphscope.graph import Graph


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as a PDF file of one page.

    Raises:
        ExportError: when it cannot be drawn or the file cannot be written.
    """
    from graphscope.exporters.pdf.page import make_pdf

    if options.engine == "dot":
        write_bytes(path, render_with_dot(graph, options, "pdf"))
    else:
        write_bytes(path, make_pdf(draw_svg(graph, options), title=graph.name))
