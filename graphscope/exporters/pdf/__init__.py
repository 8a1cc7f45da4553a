"""PDF: the SVG picture as a vector page, text as text in the shipped fonts.

The picture uses a small part of SVG (rectangles, paths, text, groups that shift, one gradient), so
a few hundred lines write it without a PDF library: those that keep text as text need a system
library, 30 MB of wheel, or a licence that ours does not go with.
"""

from __future__ import annotations

from pathlib import Path

from graphscope.exporters.files import write_bytes
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.pdf.document import make_pdf
from graphscope.exporters.picture import draw_svg
from graphscope.graph import Graph


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as a PDF file of one page.

    Raises:
        ExportError: when it cannot be drawn or the file cannot be written.
    """
    write_bytes(path, make_pdf(draw_svg(graph, options), title=graph.name))
