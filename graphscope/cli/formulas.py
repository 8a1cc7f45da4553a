"""The lines of `graphscope info` that say what a model costs in its open sizes."""

from __future__ import annotations

from graphscope.analysis.amounts import format_amount
from graphscope.analysis.formulas import Formulas
from graphscope.graph import BATCH

# Plain numbers: the unit of bytes would read like the batch.
_ROWS = (
    ("flops", "FLOPs"),
    ("output_bytes", "Output bytes"),
    ("inference_memory", "Inference bytes"),
    ("training_memory", "Training bytes"),
)


def list_formulas(formulas: Formulas) -> list[tuple[str, str]]:
    """Return the lines as labels and texts; none where only the batch is open."""
    names = list(formulas.steps)
    if names in ([], [BATCH]):
        return []
    lines = [
        (f"{label} =", formulas.found[key].text(format_amount) + _from(formulas, key))
        for key, label in _ROWS
        if key in formulas.found
    ]
    condition = formulas.condition()
    return [*lines, ("", condition)] if condition and lines else lines


def _from(formulas: Formulas, key: str) -> str:
    """Say from which sizes on a formula holds, where others hold for smaller ones."""
    first = formulas.start["flops"] if "flops" in formulas.start else formulas.start[key]
    larger = [
        f"{name} = {size:,}"
        for name, size in formulas.start[key].items()
        if size > first.get(name, size)
    ]
    return f"  (from {', '.join(larger)} on)" if larger else ""
