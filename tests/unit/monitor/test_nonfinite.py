"""Where the first number arose that is none."""

from __future__ import annotations

import math

from graphscope.monitor.nonfinite import find_nonfinite
from graphscope.monitor.probe import Sample
from graphscope.runs import Event, LayerInfo
from graphscope.runs.records import INPUT, OUTPUT

LAYERS = (LayerInfo("a", "a", "Dense"), LayerInfo("b", "b", "Share"), LayerInfo("c", "c", "Dense"))
GOOD = {"activation_min": -1.0, "activation_max": 2.0, "activation_mean": 0.0, "nan_count": 0.0}


def _find(loss: float = 0.5, **layers: dict[str, float]) -> Event | None:
    numbers = {INPUT: {"min": 0.0, "max": 1.0, "mean": 0.5, "nan_count": 0.0}}
    for key in ("a", "b", "c"):
        numbers[key] = GOOD | layers.get(key, {})
    numbers[OUTPUT] = {"min": 0.0, "max": 1.0, "mean": 0.5}
    numbers[INPUT] |= layers.get("inputs", {})
    return find_nonfinite(Sample(numbers), loss, LAYERS, 7, 1.0)


def test_the_first_layer_in_the_order_of_calls_is_told_with_what_it_was_given() -> None:
    found = _find(math.nan, b={"nan_count": 3.0}, c={"nan_count": 9.0})
    assert found is not None
    assert found.text == "Share 'b' returned 3 NaN numbers in step 7."
    assert found.details["layer"] == "b"
    assert found.details["inputs"] == [{"min": -1.0, "max": 2.0, "mean": 0.0}]


def test_a_loss_that_alone_is_none_is_told_with_the_outputs() -> None:
    found = _find(math.inf)
    assert found is not None
    assert found.details["quantity"] == "loss"
    assert found.details["inputs"][0]["min"] == 0.0


def test_a_gradient_is_told_at_the_layer_nearest_to_the_loss() -> None:
    found = _find(a={"gradient_nan_count": 4.0}, b={"gradient_inf_count": 2.0})
    assert found is not None
    assert found.text == "The gradient of Share 'b' holds 2 infinite numbers in step 7."


def test_missing_values_are_where_it_began_if_they_do_harm() -> None:
    missing = {"nan_count": 5.0}
    assert _find(inputs=missing) is None
    found = _find(math.nan, inputs=missing, a={"nan_count": 5.0})
    assert found is not None
    assert found.text == "The inputs hold 5 NaN numbers in step 7."


def test_without_a_sample_only_the_loss_is_known() -> None:
    assert find_nonfinite(None, 1.0, LAYERS, 7, 1.0) is None
    found = find_nonfinite(None, math.nan, LAYERS, 7, 1.0)
    assert found is not None
    assert "not sampled" in found.text
