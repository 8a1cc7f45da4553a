"""Small changes to graphs, each of which a comparison must find and call by its name.

Every function returns a new graph that is still true by construction, as if the model had been
written that way. They work on graphs of layers (`ops=False`), where a call is a node.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphscope.graph import Edge, Graph, Layer, Node, NodeKind, Port, Weight


def rename(graph: Graph, node_id: str, name: str) -> Graph:
    """Give a call, its layer and its weights another name."""
    node = graph.node_by_id[node_id]
    new_id = "/".join([*node_id.split("/")[:-1], name])
    nodes = tuple(
        replace(each, id=new_id, name=name) if each is node else each for each in graph.nodes
    )
    layers = tuple(
        replace(layer, name=name, config={**layer.config, "name": name})
        if layer.id == node.layer
        else layer
        for layer in graph.layers
    )
    return _redirected(graph, {node_id: new_id}, nodes=nodes, layers=layers)


def configure(graph: Graph, node_id: str, **settings: Any) -> Graph:
    """Set settings of the layer of a call."""
    layer_id = graph.node_by_id[node_id].layer
    layers = tuple(
        replace(layer, config={**layer.config, **settings}) if layer.id == layer_id else layer
        for layer in graph.layers
    )
    return replace(graph, layers=layers)


def insert_after(graph: Graph, node_id: str, name: str, type_: str = "LayerNormalization") -> Graph:
    """Put a layer behind a call: what read the call reads the layer."""
    node = graph.node_by_id[node_id]
    new_id = "/".join([*node_id.split("/")[:-1], name])
    layer = Layer(
        f"layer:{new_id}", name, type_, weights=(f"weight:{new_id}/gamma",), config={"name": name}
    )
    weight = Weight(layer.weights[0], "gamma", layer.id, (4,), "float32")
    made = Node(
        new_id, name, type_, NodeKind.LAYER, node.scope, node.outputs[:1], layer.id, layer.weights
    )
    place = graph.nodes.index(node) + 1
    edges = [
        replace(edge, source=new_id) if edge.tensor == Port(node_id) else edge
        for edge in graph.edges
    ]
    return replace(
        graph,
        nodes=(*graph.nodes[:place], made, *graph.nodes[place:]),
        edges=(*edges, Edge(node_id, 0, new_id, 0)),
        outputs=tuple(Port(new_id) if port == Port(node_id) else port for port in graph.outputs),
        layers=(*graph.layers, layer),
        weights=(*graph.weights, weight),
    )


def remove(graph: Graph, node_id: str) -> Graph:
    """Take a call with one input out: what read it reads its input."""
    node = graph.node_by_id[node_id]
    entry = graph.incoming[node_id][0].tensor
    edges = [
        replace(edge, source=entry.node, source_port=entry.output)
        if edge.source == node_id
        else edge
        for edge in graph.edges
        if edge.target != node_id
    ]
    keeps_layer = any(each.layer == node.layer for each in graph.nodes if each is not node)
    return replace(
        graph,
        nodes=tuple(each for each in graph.nodes if each is not node),
        edges=tuple(edges),
        scopes=tuple(
            replace(
                scope,
                inputs=tuple(entry if port.node == node_id else port for port in scope.inputs),
                outputs=tuple(entry if port.node == node_id else port for port in scope.outputs),
            )
            for scope in graph.scopes
        ),
        outputs=tuple(entry if port.node == node_id else port for port in graph.outputs),
        layers=tuple(layer for layer in graph.layers if keeps_layer or layer.id != node.layer),
        weights=tuple(
            weight for weight in graph.weights if keeps_layer or weight.layer != node.layer
        ),
        declared=(),
    )


def swap(graph: Graph, first: str, second: str) -> Graph:
    """Let two calls change places: each is wired as the other was."""
    return _redirected(graph, {first: second, second: first})


def rewire(graph: Graph, index: int, source: Port) -> Graph:
    """Let an edge come from another tensor."""
    edges = list(graph.edges)
    edges[index] = replace(edges[index], source=source.node, source_port=source.output)
    return replace(graph, edges=tuple(edges))


def widen(graph: Graph, weight_id: str) -> Graph:
    """Double the last size of a weight."""
    weights = tuple(
        replace(weight, shape=(*weight.shape[:-1], weight.shape[-1] * 2))
        if weight.id == weight_id
        else weight
        for weight in graph.weights
    )
    return replace(graph, weights=weights)


def freeze(graph: Graph, layer_id: str) -> Graph:
    """Make a layer not trainable."""
    layers = tuple(
        replace(layer, trainable=False) if layer.id == layer_id else layer for layer in graph.layers
    )
    return replace(graph, layers=layers)


def _redirected(graph: Graph, other: dict[str, str], **parts: Any) -> Graph:
    """Return the graph with the ends of edges moved to other nodes, and other parts replaced."""

    def move(tensors: tuple[Port, ...]) -> tuple[Port, ...]:
        return tuple(Port(other.get(tensor.node, tensor.node), tensor.output) for tensor in tensors)

    edges = tuple(
        replace(
            edge,
            source=other.get(edge.source, edge.source),
            target=other.get(edge.target, edge.target),
        )
        for edge in graph.edges
    )
    scopes = tuple(
        replace(scope, inputs=move(scope.inputs), outputs=move(scope.outputs))
        for scope in graph.scopes
    )
    return replace(
        graph, edges=edges, scopes=scopes, outputs=move(graph.outputs), declared=(), **parts
    )
