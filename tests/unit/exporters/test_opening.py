"""Which scopes a picture opens by itself."""

from __future__ import annotations

from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.opening import PAGE, scopes_to_open
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph
from tests.support.graphs import graph


def opened(model: Graph, **choices: object) -> list[str]:
    return scopes_to_open(make_drawing(model), ExportOptions(**choices))  # type: ignore[arg-type]


def test_scopes_of_layers_open_while_there_is_room(model: Graph) -> None:
    assert opened(model) == ["encoder", "encoder/attention", "head"]


def test_operations_inside_layers_stay_closed() -> None:
    layers = "x -> net/dense/mm=MatMul -> net/dense/add=BiasAdd -> net/act/relu=Relu"
    assert opened(graph(layers)) == ["net"]


def test_what_does_not_fit_stays_closed() -> None:
    names = [f"net/inner/step_{i}_{'a' * (i % 7)}:Dense" for i in range(PAGE + 5)]
    shuffled = graph(";".join(f"x{i} -> {name}" for i, name in enumerate(names)))
    assert "net/inner" not in opened(shuffled)


def test_repeats_stay_folded() -> None:
    scopes = "; ".join(f"scope block_{i}:Block" for i in range(12))
    chain = " -> ".join(f"block_{i}/mix=MatMul -> block_{i}/act=Relu" for i in range(12))
    model = graph(f"{scopes}; x -> {chain}")
    document = make_drawing(model)
    assert "repeat" in {document["kinds"][kind] for kind in document["items"]["kind"]}
    assert opened(model) == []


def test_depth_wins_over_room(model: Graph) -> None:
    assert opened(model, depth=0) == []
    assert opened(model, depth=1) == ["encoder", "head"]
    assert opened(model, depth=0, open=("encoder/norm",)) == ["encoder", "encoder/norm"]


def test_the_root_may_be_named(model: Graph) -> None:
    assert opened(model, depth=0, open=("/",)) == []
