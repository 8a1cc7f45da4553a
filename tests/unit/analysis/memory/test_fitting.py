"""The largest batch within a limit; what a model is trained with."""

from __future__ import annotations

import pytest

from graphscope.analysis.memory import find_largest_batch, prepare_memory
from tests.support.graphs import graph

# 128 bytes of weights; 48 bytes for each sample.
PLAN = prepare_memory(graph("x=Input[B,4] -> a=MatMul(k[4,8])[B,8]")).inference


@pytest.mark.parametrize(
    ("limit", "batch"),
    [
        (127, 0),
        (175, 0),
        (176, 1),
        (223, 1),
        (224, 2),
        (128 + 48 * 1000, 1000),
        (128 + 48_047, 1000),
    ],
)
def test_the_largest_batch(limit: int, batch: int) -> None:
    assert find_largest_batch(PLAN, limit).batch == batch


def test_the_peak_at_the_answer_stays_within_the_limit() -> None:
    fit = find_largest_batch(PLAN, 10_000)
    assert fit.batch is not None
    assert PLAN.peak({"B": fit.batch}) == fit.peak <= 10_000 < PLAN.peak({"B": fit.batch + 1})


def test_a_model_without_a_batch_fits_with_any() -> None:
    plan = prepare_memory(graph("x=Input[7,4] -> a=MatMul(k[4,8])[7,8]")).inference
    assert find_largest_batch(plan, 10_000).batch is None


def test_the_optimizer_that_the_graph_names() -> None:
    text = "x=Input[B,4] -> a=MatMul(k[4,8])[B,8]"
    named = graph(text, optimizer={"class_name": "SGD", "slots": 1})
    assert prepare_memory(named).optimizer.slots == 1
    assert prepare_memory(named, optimizer="adam").optimizer.slots == 2
    assumed = prepare_memory(graph(text)).optimizer
    assert (assumed.name, assumed.is_assumed) == ("adam", True)
