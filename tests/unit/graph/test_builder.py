"""Ids are call paths with an ordinal, made in one place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphscope.graph import (
    ROOT,
    GraphBuilder,
    Layer,
    NodeKind,
    Note,
    Port,
    ScopeKind,
    TensorSpec,
    Weight,
    escape_name,
)


def test_the_second_call_gets_an_ordinal() -> None:
    builder = GraphBuilder("model")
    ids = [builder.add_node("dense", "Dense", NodeKind.LAYER) for _ in range(3)]
    assert ids == ["dense", "dense#2", "dense#3"]


def test_ids_are_paths() -> None:
    builder = GraphBuilder("model")
    outer = builder.open_scope("encoder", "Encoder", ScopeKind.LAYER)
    again = builder.open_scope("encoder", "Encoder", ScopeKind.LAYER)
    inner = builder.open_scope("block", "Block", ScopeKind.LAYER, parent=again)
    assert builder.add_node("relu", "Relu", NodeKind.OP, scope=inner) == "encoder#2/block/relu"
    assert outer == "encoder"


def test_nodes_and_scopes_share_their_ids() -> None:
    builder = GraphBuilder("model")
    builder.open_scope("a", "A", ScopeKind.LAYER)
    assert builder.add_node("a", "A", NodeKind.OP) == "a#2"


def test_names_cannot_forge_ids() -> None:
    builder = GraphBuilder("model")
    builder.open_scope("a", "A", ScopeKind.LAYER)
    assert builder.add_node("a/b", "Op", NodeKind.OP) == "a%2Fb"
    assert builder.add_node("b", "Op", NodeKind.OP, scope="a") == "a/b"
    assert builder.add_node("a#2", "Op", NodeKind.OP) == "a%232"
    assert builder.add_node("", "Op", NodeKind.OP) == "%00"


@given(st.lists(st.text(max_size=4), max_size=12))
def test_ids_are_unique_whatever_the_names(names: list[str]) -> None:
    builder = GraphBuilder("model")
    scope = ROOT
    ids = []
    for name in names:
        scope = builder.open_scope(name, "Layer", ScopeKind.LAYER, parent=scope)
        ids += [scope, builder.add_node(name, "Op", NodeKind.OP, scope=scope)]
        ids.append(builder.add_node(name, "Op", NodeKind.OP))
        ids.append(builder.make_layer_id(escape_name(name)))
    assert len(set(ids)) == len(ids)
    builder.build()


def test_a_scope_can_be_completed_later() -> None:
    builder = GraphBuilder("model")
    first = builder.open_scope("a", "A", ScopeKind.LAYER)
    builder.open_scope("b", "B", ScopeKind.LAYER)
    builder.put_scope(builder.get_scope(first))
    assert [scope.id for scope in builder.build().scopes] == [ROOT, "a", "b"]


def test_everything_arrives() -> None:
    builder = GraphBuilder("model", "Functional")
    layer = builder.make_layer_id("dense")
    weight = builder.make_weight_id(layer, "kernel")
    builder.add_layer(Layer(layer, "dense", "Dense", weights=(weight,)))
    builder.add_weight(Weight(weight, "kernel", layer, (2, 3), "float32"))
    x = builder.add_node("x", "Input", NodeKind.INPUT, outputs=[TensorSpec(("B",), "float32")])
    y = builder.add_node("dense", "Dense", NodeKind.LAYER, layer=layer, weights=(weight,))
    builder.add_edge(Port(x), y, 0)
    builder.declare_edge(x, y)
    builder.add_note("opaque", "No inside.", y)
    built = builder.build(outputs=[Port(y)], metadata={"format": "trace"})
    assert (built.scopes[0].type, weight, built.weights[0].size) == (
        "Functional",
        "weight:dense/kernel",
        6,
    )
    assert built.notes == (Note("opaque", "No inside.", "dense"),)
    assert (built.outputs, built.metadata["format"]) == ((Port("dense"),), "trace")
    assert [(edge.source, edge.target) for edge in built.declared] == [("x", "dense")]
