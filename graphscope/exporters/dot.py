"""DOT: the picture as Graphviz source, for those who want to lay it out or edit it themselves."""

from __future__ import annotations

from pathlib import Path

import graphviz

from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.files import write_text
from graphscope.exporters.level import Box, Picture, make_picture
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph

_LINES = {"data": "solid", "mask": "dashed", "state": "dotted", "control": "dotted"}
_COLORS = {
    "light": {"page": "#ffffff", "box": "#ffffff", "scope": "#f4f5f8", "line": "#5b6472"},
    "paper": {"page": "#ffffff", "box": "#ffffff", "scope": "#f3f3f3", "line": "#4d4d4d"},
    "dark": {"page": "#0f1218", "box": "#1b212c", "scope": "#151a23", "line": "#9aa4b5"},
}
_PATH = 1_000
"""Letters of an id in a tooltip; Graphviz reads no strings without end."""
_TEXT = {"light": "#11141b", "dark": "#e8ebf2", "paper": "#000000"}


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as DOT source: open scopes are clusters, all others nodes.

    Raises:
        ExportError: when `options` name a scope that the graph does not have, or the file cannot
            be written.
    """
    picture = make_picture(make_drawing(graph, batch=options.batch), options)
    write_text(path, make_source(picture, options))


def make_source(picture: Picture, options: ExportOptions) -> str:
    """Return the DOT source of a picture."""
    root = _fill_clusters(picture, options)
    for line in picture.lines:
        label = line.shape if line.count == 1 else f"{line.shape} ×{line.count}"
        root.edge(
            f"n{line.source}",
            f"n{line.target}",
            label=quote(label),
            style=_LINES[line.kind],
        )
    return str(root.source)


def quote(text: str, longest: int = 80) -> str:
    r"""Return the text as a label that shows it letter for letter, whatever is in it.

    A text that is longer than `longest` loses its middle.

    >>> print(quote(r"<b>\N</b> & more"))
    <b>\\N</b> &amp; more
    """
    if len(text) > longest:
        text = f"{text[: longest // 2]}…{text[-(longest // 2) :]}"
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    label: str = graphviz.escape(printable.replace("&", "&amp;"))  # marked as no HTML
    return label


def _fill_clusters(picture: Picture, options: ExportOptions) -> graphviz.Digraph:
    # Innermost scopes first: what a scope holds comes after it in the document.
    clusters: dict[int, graphviz.Digraph] = {}
    for scope in reversed(picture.scopes):
        body = _start(picture, options) if scope.item == 0 else _start_cluster(scope, options)
        for child in scope.children:
            if child in clusters:
                body.subgraph(clusters.pop(child))
            else:
                _add_node(body, picture.boxes[child])
        clusters[scope.item] = body
    return clusters[0]


def _start(picture: Picture, options: ExportOptions) -> graphviz.Digraph:
    palette = _palette(options)
    colors, ink = _COLORS[palette], _TEXT[palette]
    font = {"fontname": "Helvetica", "fontsize": "10", "fontcolor": ink}
    return graphviz.Digraph(
        comment=quote(picture.name),
        graph_attr={
            "rankdir": "TB" if options.direction == "down" else "LR",
            "bgcolor": colors["page"],
            **({"label": quote(picture.name)} if options.caption else {}),
            "labelloc": "b" if options.style == "paper" else "t",
            **({"pad": "0.05"} if options.style == "paper" else {}),
            # The mark of exclamation lets it grow as well.
            **({"size": f"{options.width / 25.4:.4f},1000!"} if options.width else {}),
            **font,
        },
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fillcolor": colors["box"],
            "color": colors["line"],
            **font,
        },
        edge_attr={"color": colors["line"], "arrowsize": "0.6", **font, "fontsize": "8"},
    )


def _palette(options: ExportOptions) -> str:
    return "paper" if options.style == "paper" else options.theme


def _start_cluster(scope: Box, options: ExportOptions) -> graphviz.Digraph:
    colors = _COLORS[_palette(options)]
    return graphviz.Digraph(
        name=f"cluster_{scope.item}",
        graph_attr={
            "label": _label(scope),
            "tooltip": quote(scope.id, _PATH),
            "style": "rounded,filled",
            "fillcolor": colors["scope"],
            "color": colors["line"],
        },
    )


def _add_node(body: graphviz.Digraph, box: Box) -> None:
    body.node(f"n{box.item}", label=_label(box), tooltip=quote(box.id, _PATH))


def _label(box: Box) -> str:
    name = box.name if box.count == 1 else f"{box.name} ×{box.count}"
    told = [name, box.type if box.type != box.name else "", box.shape]
    # The break is DOT's own escape; quoting the parts first keeps theirs apart from it.
    label: str = graphviz.nohtml(r"\n".join(quote(part) for part in told if part))
    return label
