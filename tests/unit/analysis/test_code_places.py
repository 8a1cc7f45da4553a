"""Code is shown at the calls it belongs to."""

from __future__ import annotations

from dataclasses import replace

from graphscope.analysis.code_places import place_code
from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.item_flags import CODE, CUSTOM
from graphscope.graph import Graph, Layer
from graphscope.graph.code import Code, CodeKind, to_rows
from tests.support.graphs import graph

TEXT = """
    x[B,4] -> outer/inner:Dense(kernel[4,8])[B,8] -> outer/relu=Relu[B,8]
    outer/relu -> head:Dense(kernel[8,2])[B,2]
"""


def carrying(*pieces: tuple[str | None, CodeKind]) -> Graph:
    found = graph(TEXT)
    rows = to_rows(Code(kind, "code", subject) for subject, kind in pieces)
    wrapped = Layer("layer:wrapped", "wrapped", "Lambda", parent=found.node_by_id["head"].layer)
    return replace(found, layers=(*found.layers, wrapped), metadata={"code": rows})


def places(*pieces: tuple[str | None, CodeKind]) -> list[str]:
    return list(place_code(carrying(*pieces)))


def test_code_of_a_layer_is_at_its_call() -> None:
    layer = graph(TEXT).node_by_id["head"].layer
    assert places((layer, CodeKind.BYTECODE)) == ["head"]


def test_code_of_a_wrapped_layer_is_at_the_call_of_its_wrapper() -> None:
    assert places(("layer:wrapped", CodeKind.BYTECODE)) == ["head"]


def test_code_of_a_node_is_there_and_that_of_nothing_known_at_the_model() -> None:
    subjects = ("outer/relu", None, "layer:gone", "/")
    assert places(*((each, CodeKind.FILE) for each in subjects)) == ["/", "outer/relu"]


def test_layers_that_hold_each_other_end() -> None:
    found = carrying(("layer:a", CodeKind.FILE))
    ring = (
        Layer("layer:a", "a", "A", parent="layer:b"),
        Layer("layer:b", "b", "B", parent="layer:a"),
    )
    assert list(place_code(replace(found, layers=ring))) == ["/"]


def flags(*pieces: tuple[str | None, CodeKind]) -> dict[str, int]:
    document = make_drawing(carrying(*pieces))
    ids = [document["strings"][number] for number in document["items"]["id"]]
    found = dict(zip(ids, document["items"]["flags"], strict=True))
    return {item: flag & (CODE | CUSTOM) for item, flag in found.items() if flag & (CODE | CUSTOM)}


def test_scopes_around_code_are_flagged_as_well() -> None:
    layer = graph(TEXT).node_by_id["outer/inner"].layer
    assert flags((layer, CodeKind.REFERENCE)) == {"/": CODE, "outer": CODE, "outer/inner": CODE}


def test_a_class_of_its_users_own_is_told_apart() -> None:
    assert flags(("outer/relu", CodeKind.CUSTOM), ("head", CodeKind.FILE)) == {
        "/": CODE | CUSTOM,
        "outer": CUSTOM,
        "outer/relu": CUSTOM,
        "head": CODE,
    }


def test_the_drawing_counts_pieces_and_names_their_items() -> None:
    document = make_drawing(
        carrying(("head", CodeKind.FILE), ("head", CodeKind.BYTECODE), (None, CodeKind.CUSTOM))
    )
    ids = [document["strings"][number] for number in document["items"]["id"]]
    assert document["code"] == {"held": 2, "named": 1, "items": [0, ids.index("head")]}
    assert "code" not in make_drawing(graph(TEXT))
