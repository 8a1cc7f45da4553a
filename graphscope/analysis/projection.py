"""The two projections as networkx graphs: what notebooks and other programs work with."""

from __future__ import annotations

from typing import Any

from graphscope.analysis.flow import Flow, flow_of
from graphscope.graph import Edge, Graph, Node, Port, Scope, TensorSpec, ViewName

_NO_SPEC = TensorSpec(None, "")


def data_flow(graph: Graph) -> Any:
    """Return the data-flow graph, a `networkx.MultiDiGraph` of calls and the tensors between them.

    Nodes are the innermost layer calls (see `Calls`); they carry `name`, `type`, `kind`, `layer`,
    and `shape` and `dtype` of their first output. One edge stands for each tensor that goes from
    one call to another; it carries `tensor` (node id, output), `shape`, `dtype` and `kind`.
    """
    return to_networkx(graph, "layers")


def computation(graph: Graph) -> Any:
    """Return the computation graph, a `networkx.MultiDiGraph` of leaf nodes, constants included.

    Attributes are those of `data_flow`; edges also carry `target_port`.
    """
    return to_networkx(graph, "ops")


def to_networkx(graph: Graph, view: ViewName = "ops") -> Any:
    """Return one projection as a `networkx.MultiDiGraph`."""
    # Here, because it takes longer to import than most graphs take to analyse.
    import networkx as nx

    flow = flow_of(graph, view)
    result = nx.MultiDiGraph(name=graph.name, view=view)
    result.add_nodes_from((id_, _call_facts(graph, id_)) for id_ in flow.ids)
    result.add_edges_from(_edge_rows(graph, flow, view))
    return result


def _edge_rows(graph: Graph, flow: Flow, view: ViewName) -> Any:
    ids = flow.ids
    for source, target, edge in zip(flow.sources, flow.targets, flow.links, strict=True):
        facts = _edge_facts(graph, edge)
        if view == "ops":
            facts["target_port"] = edge.target_port
        yield ids[source], ids[target], facts


def _edge_facts(graph: Graph, edge: Edge) -> dict[str, Any]:
    spec = _spec(graph, edge.tensor)
    return {
        "tensor": tuple(edge.tensor),
        "shape": spec.shape,
        "dtype": spec.dtype,
        "kind": edge.kind.value,
    }


def _call_facts(graph: Graph, id_: str) -> dict[str, Any]:
    call: Node | Scope | None = graph.node_by_id.get(id_)
    if isinstance(call, Node):
        spec = call.outputs[0] if call.outputs else _NO_SPEC
    else:
        call = graph.scope_by_id[id_]
        spec = _spec(graph, call.outputs[0]) if call.outputs else _NO_SPEC
    return {
        "name": call.name,
        "type": call.type,
        "kind": call.kind.value,
        "layer": call.layer,
        "shape": spec.shape,
        "dtype": spec.dtype,
    }


def _spec(graph: Graph, tensor: Port) -> TensorSpec:
    node = graph.node_by_id.get(tensor.node)
    # Control edges leave nodes that have no output, and a recorded call may name a tensor that
    # a damaged graph lacks: the consistency check says so, drawing goes on.
    if node is None or not 0 <= tensor.output < len(node.outputs):
        return _NO_SPEC
    return node.outputs[tensor.output]
