"""From a graph to the text of a picture: drawing document, then the page's code, then SVG."""

from __future__ import annotations

from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.engine import render_svg
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph


def draw_svg(graph: Graph, options: ExportOptions) -> str:
    """Return the SVG text of a graph; the same graph and options give the same text.

    Raises:
        ExportError: when `options` name a scope that the graph does not have.
    """
    return render_svg(make_drawing(graph, batch=options.batch), options)
