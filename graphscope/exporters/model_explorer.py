"""Graph JSON of Model Explorer: every node and edge, with layers as its nested namespaces.

The form is that of `GraphCollection` in Model Explorer's `input_graph.ts`, which its page opens as
a JSON file without a plug-in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from graphscope.analysis import Costs, count_parameters, estimate_costs
from graphscope.exporters.drawing import make_safe
from graphscope.exporters.files import write_text
from graphscope.exporters.options import ExportOptions
from graphscope.graph import ROOT, Edge, EdgeKind, Graph, Layer, Node, TensorSpec, format_shape

_LONGEST = 2_000
"""Letters of a value; the side panel of Model Explorer shows all of them in one cell."""

Facts = dict[str, str]


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the whole graph; of the options only `batch` matters, for costs.

    Raises:
        ExportError: when the file cannot be written.
    """
    write_text(path, json.dumps(make_collection(graph, batch=options.batch)) + "\n")


def make_collection(graph: Graph, *, batch: int = 1) -> dict[str, Any]:
    """Return the graph as a `GraphCollection` of Model Explorer, as JSON values."""
    costs = estimate_costs(graph, batch)
    namespaces = _name_scopes(graph)
    name = make_safe(graph.name)
    return {
        "label": name,
        "graphs": [
            {
                "id": name or "model",
                "nodes": [_make_node(graph, node, namespaces, costs) for node in graph.nodes],
                "groupNodeAttributes": _describe_scopes(graph, namespaces, costs),
            }
        ],
    }


def _name_scopes(graph: Graph) -> dict[str, str]:
    """Return the namespace of each scope: names joined by slashes, no two the same."""
    namespaces = {ROOT: ""}
    taken = {""}
    for scope in graph.scopes:
        if scope.id == ROOT:
            continue
        # A slash in a name would nest; the last part of an id tells calls of one name apart.
        name = make_safe(scope.name).replace("/", "∕") or "scope"
        above = namespaces[scope.parent or ROOT]
        path = f"{above}/{name}" if above else name
        number = 1
        while (free := path if number == 1 else f"{path}#{number}") in taken:
            number += 1
        taken.add(free)
        namespaces[scope.id] = free
    return namespaces


def _make_node(
    graph: Graph, node: Node, namespaces: Mapping[str, str], costs: Costs
) -> dict[str, Any]:
    return {
        "id": make_safe(node.id),
        "label": make_safe(node.name or node.type),
        "namespace": namespaces[node.scope],
        "attrs": _list_facts(_describe_node(graph, node, costs)),
        "incomingEdges": [_make_edge(edge) for edge in graph.incoming.get(node.id, ())],
        "outputsMetadata": [
            {"id": str(port), "attrs": _list_facts(_describe_tensor(spec))}
            for port, spec in enumerate(node.outputs)
        ],
    }


def _make_edge(edge: Edge) -> Facts:
    return {
        "sourceNodeId": make_safe(edge.source),
        "sourceNodeOutputId": str(edge.source_port),
        # Masks travel beside the arguments and have ports of their own.
        "targetNodeInputId": str(edge.target_port)
        if edge.kind is EdgeKind.DATA
        else f"{edge.kind.value} {edge.target_port}",
    }


def _describe_tensor(spec: TensorSpec) -> Facts:
    return {"shape": format_shape(spec.shape), "dtype": spec.dtype}


def _describe_node(graph: Graph, node: Node, costs: Costs) -> Facts:
    layer = graph.layer_by_id.get(node.layer or "")
    weights = dict.fromkeys((*node.weights, *(layer.weights if layer else ())))
    return {
        "type": node.type,
        "kind": node.kind.value,
        **_describe_costs(costs, node.id),
        **_describe_weights(graph, weights),
        **({"source": str(node.source)} if node.source else {}),
        **_write_values(layer.config if layer else {}),
        **_write_values(node.attributes),
    }


def _describe_scopes(graph: Graph, namespaces: Mapping[str, str], costs: Costs) -> dict[str, Facts]:
    """Return what the side panel tells of groups; the empty namespace is the whole graph."""
    parameters = count_parameters(graph)
    unknown = parameters.unknown_layers
    whole = {
        "parameters": _bound(parameters.total, unknown=unknown),
        "trainable parameters": _bound(parameters.trainable, unknown=unknown),
        "FLOPs": _bound(costs.total_flops, unknown=costs.unknown_count),
        **_write_values(graph.metadata),
    }
    notes = {f"note {number}": note.message for number, note in enumerate(graph.notes, start=1)}
    described = {"": _clean(whole | notes)}
    for scope in graph.scopes:
        if scope.id == ROOT:
            continue
        layer: Layer | None = graph.layer_by_id.get(scope.layer or "")
        facts = {
            "type": scope.type,
            "kind": scope.kind.value,
            **_describe_costs(costs, scope.id),
            **_describe_weights(graph, layer.weights if layer else ()),
            **_write_values(layer.config if layer else {}),
        }
        described[namespaces[scope.id]] = _clean(facts)
    return described


def _bound(total: int, *, unknown: int) -> str:
    if unknown and not total:
        return "unknown"
    return f"at least {total:,}" if unknown else f"{total:,}"


def _describe_costs(costs: Costs, call: str) -> Facts:
    known = {"FLOPs": costs.flops.get(call), "output bytes": costs.output_bytes.get(call)}
    return {name: f"{value:,}" for name, value in known.items() if value is not None}


def _describe_weights(graph: Graph, weights: Iterable[str]) -> Facts:
    known = [graph.weight_by_id[weight] for weight in weights if weight in graph.weight_by_id]
    if not known:
        return {}
    told = {
        f"weight {weight.name}": f"{format_shape(weight.shape)} {weight.dtype}"
        + ("" if weight.trainable else ", frozen")
        for weight in known
    }
    return {"parameters": f"{sum(weight.size for weight in known):,}", **told}


def _write_values(values: Mapping[str, Any]) -> Facts:
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        for key, value in values.items()
        if value is not None
    }


def _list_facts(facts: Facts) -> list[Facts]:
    return [{"key": key, "value": value} for key, value in _clean(facts).items()]


def _clean(facts: Facts) -> Facts:
    return {make_safe(key): make_safe(_shorten(value)) for key, value in facts.items()}


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
