"""From a graph to the text of a picture: drawing document, then the page's code, then SVG."""

from __future__ import annotations

from typing import Any

from graphscope.errors import ExportError
from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.engine import render_svg
from graphscope.exporters.node_data import find_names
from graphscope.exporters.opening import scopes_to_open
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.view import View
from graphscope.graph import Graph


def draw_svg(graph: Graph, options: ExportOptions) -> str:
    """Return the SVG text of a graph; the same graph and options give the same text.

    Raises:
        ExportError: when `options` name a scope or an overlay that the graph does not have.
    """
    return draw_document(make_drawing(graph, batch=options.batch, overlay=options.overlay), options)


def draw_document(
    document: dict[str, Any], options: ExportOptions, view: View | None = None
) -> str:
    """Return the SVG text of a drawing document.

    Args:
        document: as `make_drawing` returns it.
        options: style and size; what is open, unless `view` says it.
        view: what a page shows of the document, when that is to be drawn.

    Raises:
        ExportError: when `options` name a scope or an overlay that the document does not have.
    """
    _check_overlay(document, options.overlay)
    choices: dict[str, Any] = {
        "overlay": options.overlay,
        "theme": options.theme,
        "direction": options.direction,
        "legend": options.legend,
        "caption": options.caption,
        "style": options.style,
        "width": options.width,
    }
    shown = view.choices() if view else {"open": scopes_to_open(document, options)}
    return render_svg(document, choices | shown)


def _check_overlay(document: dict[str, Any], overlay: str) -> None:
    known = find_names(document)
    if overlay not in known:
        raise ExportError(f"The overlay {overlay!r} is unknown.", f"Known: {', '.join(known)}.")
