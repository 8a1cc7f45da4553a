"""The layers of a run as values that can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from graphscope.errors import GraphscopeError
from graphscope.graph import Graph, Node, from_json
from graphscope.runs.compare.values import flatten, without_numbers
from graphscope.runs.folders import as_folder
from graphscope.runs.records import LayerInfo
from graphscope.runs.run import Run


@dataclass(frozen=True, slots=True)
class ComparedLayer:
    """A layer as it is in one run.

    Attributes:
        key: what its statistics go by; its path in the graph when it is not watched.
        class_name: of the layer.
        graph_layer: id of the layer in the run's graph; None when it is not known.
        facts: by path, what is compared: parameters, configuration, shape of what it returns.
    """

    key: str
    class_name: str
    graph_layer: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)


def layers_of(run: Run, graph: Graph | None) -> list[ComparedLayer]:
    """Return the layers of a run: those that are watched, and what else its graph has."""
    if graph is None:
        return [_compared(info, {}) for info in run.layers]
    facts = _graph_facts(graph)
    watched = [_compared(info, facts.pop(info.graph_layer or "", {})) for info in run.layers]
    others = [
        ComparedLayer(_path(identity), graph.layer_by_id[identity].class_name, identity, each)
        for identity, each in facts.items()
    ]
    return _in_order_of(graph, watched + others)


def _path(identity: str) -> str:
    """Return the path of a layer in its model, which its id in the graph ends with."""
    return identity.partition(":")[2] or identity


def _in_order_of(graph: Graph, layers: list[ComparedLayer]) -> list[ComparedLayer]:
    order = {layer.id: number for number, layer in enumerate(graph.layers)}
    return sorted(layers, key=lambda layer: order.get(layer.graph_layer or "", -1))


def _compared(info: LayerInfo, facts: Mapping[str, Any]) -> ComparedLayer:
    own = {
        "class": info.class_name,
        "parameters": info.parameters,
        "trainable_parameters": info.trainable_parameters,
        "activation": info.activation,
    }
    return ComparedLayer(info.key, info.class_name, info.graph_layer, {**facts, **own})


def read_graph(run: Run, notes: list[str]) -> Graph | None:
    """Return the graph that is kept with a run; None, and a note, where there is none to read.

    Args:
        run: that has it in its folder.
        notes: take the note.
    """
    if run.start is None or not run.start.graph:
        notes.append(f"No graph is kept with {run.name}.")
        return None
    name = PurePosixPath(run.start.graph).name  # A log says what it likes; only its own folder.
    try:
        return from_json((as_folder(run.location) / name).read_text())
    except (OSError, ValueError, GraphscopeError) as error:
        notes.append(f"The graph of {run.name} could not be read ({error}).")
        return None


def _graph_facts(graph: Graph) -> dict[str, dict[str, Any]]:
    """Return what a graph says of each of its layers, by id: configuration, calls, wiring."""
    calls: dict[str, list[Node]] = {}
    for node in graph.nodes:
        if node.layer is not None:
            calls.setdefault(node.layer, []).append(node)
    found: dict[str, dict[str, Any]] = {}
    for layer in graph.layers:
        facts = {"class": layer.class_name, "trainable": layer.trainable}
        facts |= {
            path: value
            for path, value in flatten(_own_config(layer.config)).items()
            if path != "name"
        }
        nodes = calls.get(layer.id, [])
        if nodes:
            facts["output"] = [str(spec) for node in nodes for spec in node.outputs]
            facts["inputs"] = [source for node in nodes for source in _sources(graph, node)]
        found[layer.id] = facts
    return found


def _own_config(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a configuration without that of sublayers, which are compared themselves."""
    return {
        name: value
        for name, value in config.items()
        if name not in ("layers", "input_layers", "output_layers", "build_input_shape")
    }


def _sources(graph: Graph, node: Node) -> Iterator[str]:
    """Yield from where a call gets its tensors, in words that do not change with numbering."""
    for edge in sorted(graph.incoming.get(node.id, []), key=lambda edge: edge.target_port):
        yield without_numbers(edge.source)
