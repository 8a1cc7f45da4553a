"""The picture that a page shows, in any format: the same code as for files of the command line."""

from __future__ import annotations

import json
from typing import Any

from graphscope.exporters.dot import make_source
from graphscope.exporters.level import Picture, make_picture
from graphscope.exporters.mermaid import make_flowchart
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_document
from graphscope.exporters.png import rasterize
from graphscope.exporters.svg import finish_svg
from graphscope.exporters.tikz.document import make_tikz
from graphscope.exporters.view import View
from graphscope.graph import Graph, to_json

DRAWN = ("svg", "png", "pdf", "tex")
"""Formats that look like the page."""
FORMATS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "tex": "application/x-tex",
    "dot": "text/vnd.graphviz",
    "mmd": "text/plain",
    "me.json": "application/json",
    "json": "application/json",
}
"""Media types by suffix."""


def take_snapshot(
    graph: Graph, document: dict[str, Any], form: str, options: ExportOptions, view: View
) -> bytes:
    """Return a file of what a page shows.

    Args:
        graph: the graph of the page; data formats hold all of it.
        document: the drawing document of the page, with the values of the overlay that it shows.
        form: one of `FORMATS`.
        options: style and size.
        view: open scopes, visible part, faded items.

    Raises:
        ExportError: when it cannot be drawn.
    """
    if form in DRAWN:
        return _draw(document, form, options, view, graph.name)
    if form == "me.json":
        from graphscope.exporters.model_explorer import make_collection

        return (json.dumps(make_collection(graph, batch=options.batch)) + "\n").encode()
    if form == "json":
        return _encode(to_json(graph, indent=1) + "\n")
    picture = _pick(document, options, view)
    write = make_source if form == "dot" else make_flowchart
    return _encode(write(picture, options))


def _draw(
    document: dict[str, Any], form: str, options: ExportOptions, view: View, title: str
) -> bytes:
    svg = draw_document(document, options, view)
    match form:
        case "svg":
            return _encode(finish_svg(svg, options))
        case "png":
            return rasterize(svg)
        case "pdf":
            from graphscope.exporters.pdf.page import make_pdf

            return make_pdf(svg, title=title)
        case _:
            return _encode(make_tikz(svg))


def _pick(document: dict[str, Any], options: ExportOptions, view: View) -> Picture:
    ids = document["items"]["id"]
    return make_picture(document, options, [document["strings"][ids[item]] for item in view.items])


def _encode(text: str) -> bytes:
    # A name from a model may hold half of a surrogate pair, which UTF-8 cannot say.
    return text.encode("utf-8", errors="backslashreplace")
