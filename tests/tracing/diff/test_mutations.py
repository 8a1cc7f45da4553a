"""Every mutation of the graph of a real model is found, and nothing beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar

import keras
import pytest

import graphscope
from graphscope.analysis.diff import GraphDiff, compare_graphs
from graphscope.graph import Graph, Node, NodeKind, Port
from tests.support import mutations
from tests.tracing.diff.models import Stack, residual, transformer

T = TypeVar("T")

MODELS: dict[str, Callable[[], Graph]] = {
    "transformer": lambda: graphscope.trace(transformer(), ops=False),
    "residual": lambda: graphscope.trace(residual(), ops=False),
    "stack": lambda: graphscope.trace(Stack(), keras.KerasTensor((None, 8)), ops=False),
    "mobilenet": lambda: graphscope.trace(
        keras.applications.MobileNetV2(weights=None, input_shape=(64, 64, 3)), ops=False
    ),
}
PLACES = 8
"""So many places of each model are mutated; all of them would take minutes."""


@pytest.fixture(params=MODELS, scope="module")
def drawn(request: pytest.FixtureRequest) -> Graph:
    keras.backend.clear_session()
    return MODELS[request.param]()


def sample(places: Sequence[T]) -> Sequence[T]:
    return places[:: max(1, len(places) // PLACES)]


def calls(graph: Graph) -> Iterator[Node]:
    found = [node for node in graph.nodes if node.kind is NodeKind.LAYER and node.layer]
    yield from sample(found)


def ids(changes: Any) -> list[str]:
    return [change.shown.id for change in changes]


def topics(found: GraphDiff) -> set[str]:
    return {fact.topic for change in found.changed for fact in change.facts}


def test_a_new_name(drawn: Graph) -> None:
    for node in calls(drawn):
        found = compare_graphs(drawn, mutations.rename(drawn, node.id, "other"))
        assert (found.added, found.removed) == ((), ())
        assert [change.shown.name for change in found.changed] == ["other"]
        assert topics(found) == {"name"}


def test_a_setting(drawn: Graph) -> None:
    for node in calls(drawn):
        found = compare_graphs(drawn, mutations.configure(drawn, node.id, made_up=5))
        assert ids(found.changed) == [node.id]
        assert topics(found) == {"config"}


def test_a_layer_in_between(drawn: Graph) -> None:
    for node in calls(drawn):
        found = compare_graphs(drawn, mutations.insert_after(drawn, node.id, "between"))
        assert [change.shown.name for change in found.added] == ["between"]
        assert (found.removed, topics(found) <= {"wiring", "flops"}) == ((), True)


def test_a_layer_less(drawn: Graph) -> None:
    for node in calls(drawn):
        found = compare_graphs(drawn, mutations.remove(drawn, node.id))
        assert found.added == ()
        (gone,) = found.removed
        # Of several equal layers in a row it cannot be told which one is gone.
        assert gone.shown.type == node.type
        assert topics(found) <= {"wiring", "flops"}


def test_a_wider_weight(drawn: Graph) -> None:
    for weight in sample(drawn.weights):
        found = compare_graphs(drawn, mutations.widen(drawn, weight.id))
        assert [change.after for change in found.weights] == [weight.id]
        (change,) = found.changed
        assert weight.id in (change.after.weights if change.after else ())


def test_a_frozen_layer(drawn: Graph) -> None:
    for node in calls(drawn):
        assert node.layer is not None
        found = compare_graphs(drawn, mutations.freeze(drawn, node.layer))
        assert ids(found.changed) == [node.id]
        assert topics(found) == {"trainable"}


def test_calls_that_changed_places(drawn: Graph) -> None:
    nodes = list(calls(drawn))
    for one, other in pairwise(nodes):
        if one.scope != other.scope or one.type == other.type:
            continue
        found = compare_graphs(drawn, mutations.swap(drawn, one.id, other.id))
        assert (found.added, found.removed) == ((), ())
        assert topics(found) - {"flops"} == {"wiring"}
        assert {one.id, other.id} <= set(ids(found.changed))


def test_an_edge_from_elsewhere(drawn: Graph) -> None:
    first = next(node for node in drawn.nodes if node.kind is NodeKind.INPUT)
    for index in sample(range(len(drawn.edges))):
        edge = drawn.edges[index]
        if edge.source == first.id or edge.kind != "data":
            continue
        found = compare_graphs(drawn, mutations.rewire(drawn, index, Port(first.id)))
        assert ids(found.changed) == [edge.target]
        assert topics(found) - {"flops"} == {"wiring"}
        assert found.wires
