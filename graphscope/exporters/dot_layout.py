"""Pictures that Graphviz lays out: our DOT source, drawn by the `dot` program."""

from __future__ import annotations

from typing import Literal

from graphscope.errors import ExportError
from graphscope.exporters.dot import make_source
from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.level import make_picture
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph


def render_with_dot(
    graph: Graph, options: ExportOptions, form: Literal["svg", "png", "pdf"]
) -> bytes:
    """Return the file that Graphviz makes of a graph.

    Boxes have no colours by overlay there, and the picture no legend.

    Raises:
        ExportError: when `options` name a scope that the graph does not have, or when Graphviz is
            missing or fails.
    """
    return render_source(_make_source(graph, options), form)


def render_source(source: str, form: str) -> bytes:
    """Return what `dot` makes of DOT source.

    Raises:
        ExportError: when Graphviz is missing or fails.
    """
    import graphviz

    try:
        drawn: bytes = graphviz.Source(source).pipe(format=form, engine="dot")
    except graphviz.ExecutableNotFound as error:
        raise ExportError(
            "Graphviz is not installed: there is no program `dot`.",
            "Install it (`apt install graphviz`), or leave out --engine dot.",
        ) from error
    except graphviz.CalledProcessError as error:
        raise ExportError(f"Graphviz could not draw the picture: {error}.") from error
    return drawn


def _make_source(graph: Graph, options: ExportOptions) -> str:
    picture = make_picture(make_drawing(graph, batch=options.batch), options)
    return make_source(picture, options)
