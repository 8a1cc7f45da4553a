"""Formulas of traced models come to what is counted when every size has a number."""

from __future__ import annotations

import pytest

from graphscope.analysis import estimate_costs
from graphscope.analysis.formulas import derive_formulas
from graphscope.analysis.memory import estimate_memory, prepare_memory
from graphscope.tracers.tensorflow import trace
from tests.tracing.symbolic.models import MODELS


@pytest.mark.parametrize("name", MODELS)
def test_formulas_tell_what_is_counted(name: str) -> None:
    graph = trace(MODELS[name][0]())
    formulas = derive_formulas(graph, prepare_memory(graph))
    assert {"parameters", "flops", "output_bytes"} <= formulas.found.keys()
    sizes = {each: 640 if each != "T2" else 320 for each in formulas.steps}
    sizes = {each: max(size, formulas.steps[each] * 3) for each, size in sizes.items()}
    sizes = {
        each: size // formulas.steps[each] * formulas.steps[each] for each, size in sizes.items()
    }
    sizes["B"] = 16
    others = {each: size for each, size in sizes.items() if each != "B"}
    costs = estimate_costs(graph, 16, others)
    assert formulas.found["flops"].evaluate(sizes) == costs.total_flops
    assert formulas.found["output_bytes"].evaluate(sizes) == costs.total_output_bytes
    formula = formulas.found.get("inference_memory")
    if formula is not None and all(
        sizes[each] >= first for each, first in formulas.start["inference_memory"].items()
    ):
        assert formula.evaluate(sizes) == estimate_memory(graph, 16, others).peak


def test_open_sizes_need_numbers() -> None:
    graph = trace(MODELS["transformer"][0]())
    assert estimate_costs(graph).unknown_count > 0
    assert estimate_costs(graph, sizes={"T": 128}).unknown_count == 0
