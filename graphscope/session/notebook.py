"""How a graph shows itself in a notebook cell: a small picture of its outermost level."""

from __future__ import annotations

from graphscope.errors import GraphscopeError
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph


def mimebundle(graph: Graph) -> dict[str, str]:
    """Return the graph as a picture, and as text for where there are no pictures.

    When it cannot be drawn, the text says why; a cell that merely names a graph must not fail.
    """
    from graphscope.exporters.picture import draw_svg

    try:
        picture = draw_svg(graph, ExportOptions(depth=0, legend=False))
    except GraphscopeError as error:
        return {"text/plain": f"{graph!r} ({error})"}
    return {"image/svg+xml": picture, "text/plain": repr(graph)}
