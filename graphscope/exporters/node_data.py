"""Values of nodes that somebody brings along: kept with the graph, drawn as overlays.

They travel in the metadata of the graph, so that everything that shows or saves the graph has them.
What they mean is said in one place, `assets/core/node_data.mjs`, which lays them onto the items.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from graphscope.graph import Graph

_KEY = "node_data"


@dataclass(frozen=True, slots=True)
class NodeData:
    """Values of nodes, checked.

    Attributes:
        source: name of the file, or what else they come from, for messages.
        names: of the overlays that they make.
        data: JSON values, in a form that `assets/core/node_data.mjs` reads.
    """

    source: str
    names: tuple[str, ...]
    data: dict[str, Any]


def attach(graph: Graph, added: Iterable[NodeData]) -> Graph:
    """Return the graph with values of nodes added to those that it has."""
    rows = [{"source": one.source, "names": list(one.names), "data": one.data} for one in added]
    if not rows:
        return graph
    return replace(graph, metadata={**graph.metadata, _KEY: [*find_node_data(graph), *rows]})


def find_node_data(graph: Graph) -> list[dict[str, Any]]:
    """Return what a graph carries, as the drawing document has it; a strange file may hold
    anything there.
    """
    rows = graph.metadata.get(_KEY)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def find_first_name(graph: Graph) -> str | None:
    """Return the name of the first overlay that a graph carries, which is what is shown where
    nothing else is asked for.
    """
    names = [row.get("names") for row in find_node_data(graph) if not _is_quiet(row)]
    return next((str(each[0]) for each in names if isinstance(each, list) and each), None)


def _is_quiet(row: dict[str, Any]) -> bool:
    data = row.get("data")
    return isinstance(data, dict) and bool(data.get("quiet"))


def find_names(document: dict[str, Any]) -> list[str]:
    """Return the names of all overlays of a drawing document, those of brought values last."""
    brought = [row.get("names") for row in document.get("node_data", ())]
    own = [str(name) for names in brought if isinstance(names, list) for name in names]
    return [*(str(each["name"]) for each in document["overlays"]), *own]
