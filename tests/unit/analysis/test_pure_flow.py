"""The data-flow graph that all backends share: what is seen through, and what stays."""

from __future__ import annotations

from dataclasses import replace

from graphscope.analysis.pure_flow import find_data_flow
from graphscope.graph import (
    ROOT,
    EdgeKind,
    Graph,
    GraphBuilder,
    Layer,
    NodeKind,
    Port,
    ScopeKind,
    TensorSpec,
    Weight,
    to_json,
)

SPEC = TensorSpec(("B", 4), "float32")


class Net:
    """A net that is drawn call by call."""

    def __init__(self) -> None:
        self.builder = GraphBuilder("net")
        self.x = Port(self.builder.add_node("x", "Input", NodeKind.INPUT, outputs=[SPEC]))

    def op(
        self, type_: str, *inputs: Port, scope: str = ROOT, weights: tuple[str, ...] = ()
    ) -> Port:
        node = self.builder.add_node(
            type_, type_, NodeKind.OP, scope=scope, outputs=[SPEC], weights=weights
        )
        for port, tensor in enumerate(inputs):
            self.builder.add_edge(tensor, node, port)
        return Port(node)

    def call(self, name: str, *inputs: Port, ops: tuple[str, ...], parent: str = ROOT) -> Port:
        scope = self.builder.open_scope(name, "Dense", ScopeKind.LAYER, parent=parent)
        tensors = inputs
        for type_ in ops:
            tensors = (self.op(type_, *tensors, scope=scope),)
        opened = self.builder.get_scope(scope)
        self.builder.put_scope(replace(opened, inputs=inputs, outputs=tensors))
        return tensors[0]

    def graph(self, *outputs: Port) -> Graph:
        return self.builder.build(outputs=outputs, metadata={"backend": "some", "producer": "k"})


def test_operations_between_calls_are_seen_through() -> None:
    net = Net()
    first = net.call("first", net.x, ops=("MatMul", "BiasAdd"))
    glue = net.op("Mul", net.op("Add", first, net.x))
    second = net.call("second", glue, ops=("MatMul",))

    flow = find_data_flow(net.graph(second)).graph

    assert [node.id for node in flow.nodes] == ["x", "first", "second"]
    assert [(edge.source, edge.target) for edge in flow.edges] == [
        ("x", "first"),
        ("x", "second"),
        ("first", "second"),
    ]
    assert flow.outputs == (Port("second"),)
    assert dict(flow.metadata) == {"producer": "k"}


def test_backends_with_other_operations_give_the_same() -> None:
    one, other = Net(), Net()
    one_loop = one.builder.open_scope("while", "While", ScopeKind.SUBGRAPH)
    one_out = one.op("Neg", one.call("cell", one.x, ops=("MatMul", "Tanh"), parent=one_loop))
    other_out = other.call("cell", other.op("transpose", other.x), ops=("dot",))

    flows = [find_data_flow(one.graph(one_out)), find_data_flow(other.graph(other_out))]

    assert to_json(flows[0].graph) == to_json(flows[1].graph)
    assert flows[0].calls["cell"] == "while/cell"


def test_what_only_a_shape_is_taken_from_is_no_source() -> None:
    net = Net()
    table = net.call("positions", net.op("Shape", net.x), ops=("Gather",))
    assert not find_data_flow(net.graph(table)).graph.edges


def test_masks_are_told_from_data() -> None:
    net = Net()
    words = net.call("words", net.x, ops=("Gather",))
    mask = net.op("NotEqual", net.x, scope="words")
    pooled = net.call("pooled", words, ops=("Mul",))
    net.builder.add_edge(mask, pooled.node, 1, EdgeKind.MASK)

    flow = find_data_flow(net.graph(pooled)).graph

    kinds = [(edge.source, edge.source_port, edge.kind) for edge in flow.edges]
    assert kinds[1:] == [("words", 0, EdgeKind.DATA), ("words", 1, EdgeKind.MASK)]


def test_recurrent_layers_are_leaves_and_weights_stand_in_their_order() -> None:
    net = Net()
    builder = net.builder
    builder.add_layer(Layer("layer:lstm", "lstm", "LSTM", module="keras.src.layers.rnn.lstm"))
    for name in ("kernel", "bias"):
        builder.add_weight(Weight(f"weight:{name}", name, "layer:lstm", (4,), "float32"))
    scope = builder.open_scope("lstm", "LSTM", ScopeKind.LAYER, layer="layer:lstm")
    body = builder.open_scope("while", "While", ScopeKind.SUBGRAPH, parent=scope)
    cell = net.call("cell", net.x, ops=("MatMul",), parent=body)
    out = net.op("Add", cell, scope=scope, weights=("weight:bias", "weight:kernel"))
    builder.put_scope(replace(builder.get_scope(scope), inputs=(net.x,), outputs=(out,)))

    flow = find_data_flow(net.graph(out)).graph

    assert [node.id for node in flow.nodes] == ["x", "lstm"]
    assert flow.node_by_id["lstm"].weights == ("weight:kernel", "weight:bias")
