from __future__ import annotations

import pytest

from graphscope.analysis.memory import estimate_memory
from graphscope.analysis.outline import fold
from graphscope.exporters import drawing
from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.live_values import LIVE, measure_live
from graphscope.graph import ROOT, Graph
from tests.support.graphs import graph


@pytest.fixture
def branch() -> Graph:
    return graph(
        """
        x=Input[B,8]float32
        scope encoder:Encoder
        x -> encoder/wide=MatMul[B,64]float32 -> encoder/narrow=MatMul[B,4]float32
        x, encoder/narrow -> add=ConcatV2[B,12]float32
        """
    )


def live_by_id(graph: Graph, batch: int = 1) -> dict[str, object]:
    outline = fold(graph)
    values = measure_live(graph, outline, batch=batch)
    return {item.id: value for item, value in zip(outline.items, values, strict=True)}


def test_what_is_alive_together_at_the_peak_adds_up_to_it(branch: Graph) -> None:
    live = live_by_id(branch)
    # While `narrow` is computed: the input (8), `wide` (64) and the result (4), four bytes each.
    assert live["x"] == 32
    assert live["encoder/wide"] == 256
    assert live["encoder/narrow"] == 16
    assert live["encoder"] == 272
    assert live["add"] == 0
    assert live[ROOT] == estimate_memory(branch).peak == 304


def test_the_batch_counts(branch: Graph) -> None:
    assert live_by_id(branch, batch=3)[ROOT] == 3 * 304


def test_small_graphs_carry_the_values_and_large_ones_promise_them(
    branch: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overlay(document: dict[str, object]) -> dict[str, object]:
        return next(each for each in document["overlays"] if each["name"] == LIVE)  # type: ignore[attr-defined,index]

    small = make_drawing(branch)
    assert LIVE in small["values"]
    assert "later" not in overlay(small)
    monkeypatch.setattr(drawing, "QUICK", 2)
    large = make_drawing(branch)
    assert LIVE not in large["values"]
    assert overlay(large)["later"] is True
    wanted = make_drawing(branch, overlay=LIVE)
    assert wanted["values"][LIVE] == small["values"][LIVE]


def test_a_graph_that_does_not_say_what_runs_has_no_values() -> None:
    document = make_drawing(graph("", name="nothing"))
    assert next(each for each in document["overlays"] if each["name"] == LIVE)["absent"] is True


def test_trainable_is_offered_only_where_there_are_weights(branch: Graph) -> None:
    assert "trainable" not in [each["name"] for each in make_drawing(branch)["overlays"]]
