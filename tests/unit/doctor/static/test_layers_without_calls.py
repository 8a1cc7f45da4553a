"""Layers that are never called, and results that go nowhere: on graphs made by hand."""

from __future__ import annotations

from graphscope.doctor.static import CheckedModel, check_model
from graphscope.graph import (
    ROOT,
    Edge,
    Graph,
    Layer,
    Node,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
    Weight,
)

SPEC = TensorSpec(("B", 4), "float32")


def subclassed(*, uncalled: str = "Dense", is_built: bool = False) -> Graph:
    """A model that calls `head`, computes `side` for nothing, and owns `spare`."""
    owner = "layer:net"
    layers = (
        Layer(owner, "net", "Net", module="mine"),
        Layer("h", "head", "Dense", "keras.src", weights=("h/k",), parent=owner),
        Layer("s", "side", "Dense", "keras.src", weights=("s/k",), parent=owner),
        Layer(
            "spare", "spare", uncalled, "keras.src", weights=("p/k",) * is_built, parent=owner
        ),
    )  # fmt: skip
    owned = [("h/k", "h"), ("s/k", "s"), *([("p/k", "spare")] if is_built else [])]
    return Graph(
        "net",
        nodes=(
            Node("x", "x", "Input", NodeKind.INPUT, ROOT, (SPEC,)),
            Node("head", "head", "Dense", NodeKind.LAYER, ROOT, (SPEC,), layer="h"),
            Node("side", "side", "Dense", NodeKind.LAYER, ROOT, (SPEC,), layer="s"),
        ),
        edges=(Edge("x", 0, "head", 0), Edge("x", 0, "side", 0)),
        scopes=(Scope(ROOT, "net", "Net", ScopeKind.LAYER, None, layer=owner),),
        layers=layers,
        weights=tuple(Weight(id_, "kernel", layer, (4, 4), "float32") for id_, layer in owned),
        outputs=(Port("head"),),
    )


def rules(model: CheckedModel) -> list[tuple[str, str | None]]:
    return sorted((each.rule, each.layer) for each in check_model(model))


def test_both_are_found() -> None:
    found = rules(CheckedModel(subclassed()))
    assert found == [("cut-branch", "side"), ("uncalled-layer", "spare")]


def test_a_training_step_of_its_own_may_use_them() -> None:
    assert rules(CheckedModel(subclassed(), trains_itself=True)) == []


def test_a_layer_that_was_built_is_used_in_some_way() -> None:
    assert ("uncalled-layer", "spare") not in rules(CheckedModel(subclassed(is_built=True)))


def test_a_layer_without_anything_to_learn_may_stay_idle() -> None:
    assert ("uncalled-layer", "spare") not in rules(CheckedModel(subclassed(uncalled="Dropout")))
