"""The notation that every framework-free test is drawn with."""

from graphscope.graph import EdgeKind, NodeKind, Port, ScopeKind, TensorSpec
from tests.support.graphs import graph, moved, without_edge


def test_a_chain_is_input_layer_and_operation() -> None:
    drawn = graph("x -> dense:Dense -> relu")
    assert [(node.id, node.type, node.kind) for node in drawn.nodes] == [
        ("x", "Input", NodeKind.INPUT),
        ("dense", "Dense", NodeKind.LAYER),
        ("relu", "relu", NodeKind.OP),
    ]
    assert drawn.outputs == (Port("relu"),)


def test_lists_ports_and_kinds_of_edges() -> None:
    drawn = graph("x -> split=Split[B,2][B,3] ; split.1, x -> add ; split -mask> add")
    assert [edge.tensor for edge in drawn.incoming["add"]] == [
        Port("split", 1),
        Port("x"),
        Port("split"),
    ]
    assert drawn.incoming["add"][2].kind is EdgeKind.MASK
    assert [edge.target_port for edge in drawn.incoming["add"]] == [0, 1, 2]


def test_scopes_know_what_they_take_and_return() -> None:
    drawn = graph(
        """
        scope encoder/loop~While{"trip_count": 5}
        x -> encoder/loop/mm=MatMul(kernel[8,4], !mean[4])[B,4]float16 -> encoder/relu -> head
        """
    )
    encoder, loop = drawn.scope_by_id["encoder"], drawn.scope_by_id["encoder/loop"]
    assert (encoder.inputs, encoder.outputs) == ((Port("x"),), (Port("encoder/relu"),))
    assert (loop.kind, loop.attributes["trip_count"]) == (ScopeKind.SUBGRAPH, 5)
    assert drawn.spec(Port("encoder/loop/mm")) == TensorSpec(("B", 4), "float16")
    assert [weight.trainable for weight in drawn.weights] == [True, False]


def test_a_shared_layer_is_two_nodes_and_one_layer() -> None:
    drawn = graph("x -> one:Dense@shared(kernel[2,2]) -> two:Dense@shared")
    assert [layer.id for layer in drawn.layers] == ["layer:shared"]
    assert drawn.nodes[1].weights == drawn.nodes[2].weights == ("weight:shared/kernel",)


def test_json_may_hold_arrows() -> None:
    assert graph('x -> e=Einsum{"equation": "ab,bc->ac"} -> y').nodes[1].attributes == {
        "equation": "ab,bc->ac"
    }


def test_damage_can_be_done() -> None:
    drawn = graph("x -> a/one -> b/two")
    assert len(without_edge(drawn, "x", "a/one").edges) == 1
    assert moved(drawn, "b/two", "a").node_by_id["b/two"].scope == "a"
