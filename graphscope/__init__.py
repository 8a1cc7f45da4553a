"""graphscope: a visual computation-graph inspector and debugger for Keras 3.

    import graphscope

    graph = graphscope.trace(model)             # or graphscope.read("model.keras")
    graphscope.show(graph)                      # in the browser, or inline in a notebook
    graphscope.export(graph, "model.svg")
    graph.to_networkx(view="layers")

    model.fit(x, y, callbacks=[graphscope.Monitor("runs/first")])

    with graphscope.debug():                    # or graphscope.explain() after an exception
        model.fit(x, y)

Importing this package imports neither Keras nor a backend, nor the parts behind the functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.lazily import offer

if TYPE_CHECKING:
    from graphscope.debugging import (
        debug,
        explain,
        load_ipython_extension,
        unload_ipython_extension,
    )
    from graphscope.errors import GraphscopeError
    from graphscope.graph import Graph
    from graphscope.monitoring import Monitor, describe_distribution
    from graphscope.session import diff, export, read, trace
    from graphscope.showing import show

__version__ = "0.1.0"

__all__ = [
    "Graph",
    "GraphscopeError",
    "Monitor",
    "__version__",
    "debug",
    "describe_distribution",
    "diff",
    "explain",
    "export",
    "load_ipython_extension",
    "read",
    "show",
    "trace",
    "unload_ipython_extension",
]

_HOMES = {
    "Graph": "graphscope.graph",
    "GraphscopeError": "graphscope.errors",
    "Monitor": "graphscope.monitoring",
    "debug": "graphscope.debugging",
    "describe_distribution": "graphscope.monitoring",
    "diff": "graphscope.session",
    "explain": "graphscope.debugging",
    "export": "graphscope.session",
    "load_ipython_extension": "graphscope.debugging",
    "read": "graphscope.session",
    "show": "graphscope.showing",
    "trace": "graphscope.session",
    "unload_ipython_extension": "graphscope.debugging",
}
"""Where each public name lives; it is imported from there when it is first used."""


__getattr__ = offer(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
