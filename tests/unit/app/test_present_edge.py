"""The card of an edge, without Dash and without a browser."""

from __future__ import annotations

import pytest

from graphscope.app.facts import Facts
from graphscope.app.present.card import Card, Link, Row
from graphscope.app.present.edge import DrawnEdge, present_edge
from graphscope.graph import ROOT, EdgeKind
from tests.support.graphs import graph

TRACED = """
x=Input[B,4]
x -> net/dense/mm=MatMul(kernel[4,8])[B,8] -> net/dense/add=BiasAdd(bias[8])[B,8]
net/dense/add -> net/relu=Relu[B,8] -> head/mm=MatMul(kernel[8,2])[B,2]
net/dense/add -> head/skip=Concat[B,16]
net/relu -> aside=Sum[B]
"""


def describe(source: str | None, target: str | None, scope: str = ROOT, **options: object) -> Card:
    kind = options.pop("kind", EdgeKind.DATA)
    assert isinstance(kind, EdgeKind)
    facts = Facts(graph(str(options.pop("text", TRACED))), batch=2)
    return present_edge(facts, DrawnEdge(scope, source, target, kind))


def rows(card: Card, title: str) -> list[Row]:
    found = next(section.entries for section in card.sections if section.title == title)
    return [row for row in found if isinstance(row, Row)]


def test_one_tensor_with_its_producer_and_all_its_consumers() -> None:
    card = describe("net", "aside")
    assert (card.kind, card.title, card.type) == ("Tensor", "B×8", "float32")
    assert card.path == (Link("model", ROOT),)
    assert {row.key: row.value for row in rows(card, "")} == {
        "Shape": "B×8",
        "Type": "float32",
        "Memory": "64 B",
    }
    (made,) = rows(card, "Producer")
    assert made.links == (Link("net/relu", "net/relu"),)
    takers = [link.target for row in rows(card, "Consumers (2)") for link in row.links]
    assert takers == ["head/mm", "aside"]


def test_an_edge_between_scopes_may_stand_for_several_tensors() -> None:
    card = describe("net", "head")
    assert (card.kind, card.title) == ("Tensors", "2 tensors")
    made = [row.links[0].target for row in rows(card, "B×8 float32") if row.key == "Made by"]
    assert [section.title for section in card.sections] == ["B×8 float32", "B×8 float32"]
    assert made[0] in ("net/relu", "net/dense/add")


def test_an_edge_over_the_border_of_a_scope() -> None:
    into = describe(None, "net/dense", scope="net")
    assert rows(into, "Producer")[0].links == (Link("x", "x"),)
    out = describe("net/relu", None, scope="net")
    assert [row.links[0].target for row in rows(out, "Consumers (2)")] == ["head/mm", "aside"]


def test_masks_are_told_apart() -> None:
    text = "x[B,4] -> a:Masking[B,4] -> b:LSTM[B,2]; a -mask> b"
    assert describe("a", "b", text=text).badges == ()
    assert describe("a", "b", text=text, kind=EdgeKind.MASK).badges == ("Mask",)


@pytest.mark.parametrize(("source", "target"), [("nobody", "head"), ("aside", "x"), (None, None)])
def test_what_is_no_edge_is_told(source: str | None, target: str | None) -> None:
    assert describe(source, target).kind == "Not found"


@pytest.mark.parametrize(
    "value", [{}, {"kind": 9, "scope": "/"}, {"kind": 0, "scope": 3}, {"kind": 0, "source": [1]}]
)
def test_what_the_page_sends_is_checked(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="edge"):
        DrawnEdge.read(value)
