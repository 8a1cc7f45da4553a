"""Two branches that are merged have different heights and widths, or numbers of steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.merging import stages_text, told_conflict
from graphscope.doctor.facts.operands import Conflict, Operand, conflict_of, ways_of
from graphscope.doctor.facts.size_pairs import size_pair, spatial_axes
from graphscope.doctor.facts.size_words import told_sizes
from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.fixes.size_fixes import Sizes, size_fixes
from graphscope.doctor.origins import Divergence, Stage, as_evidence
from graphscope.doctor.wording import distinct, label, shape

ID = "merge-of-different-sizes"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the axes between batch and channels, and follow both branches to where they part."""
    conflict = conflict_of(case)
    if conflict is None or conflict.joining == "product":
        return
    pair = size_pair(case, conflict)
    if pair is not None:
        yield _diagnosis(case, conflict, *pair)


def _diagnosis(
    case: Case, conflict: Conflict, first: Operand, second: Operand, axis: int
) -> Diagnosis:
    larger, smaller = (
        (first, second) if (first.shape[axis] or 0) > (second.shape[axis] or 0) else (second, first)
    )
    ways = ways_of(case, larger, smaller)
    sizes = Sizes(conflict, larger, smaller, axis, ways, tuple(spatial_axes(case, larger)))
    cause, fixes = size_fixes(case, sizes)
    told = told_sizes(case, sizes, cause)
    origins = [operand.origin(case, axis) for operand in (first, second)]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{told_conflict(case, conflict)}: {first.text} is {shape(first.shape)} and {second.text} "
        f"is {shape(second.shape)}: {_by(first, sizes)} versus {_by(second, sizes)}.\n{told}",
        places=distinct(
            [
                *(place for fix in fixes[:1] for place in fix.places),
                *cause.places,
                conflict.place,
                *origins[0].places,
                *origins[1].places,
            ]
        ),
        layer=getattr(conflict.layer, "name", None),
        evidence=(
            Evidence("shape", f"{first.text}: {shape(first.shape)}{_way(ways, first, larger)}"),
            Evidence("shape", f"{second.text}: {shape(second.shape)}{_way(ways, second, larger)}"),
            *(_border_fact(stage, axis) for stage in cause.stages if cause.kind == "valid"),
            *(fact for origin in origins for fact in as_evidence(case, origin)),
        ),
        fixes=tuple(fixes),
    )


def _border_fact(stage: Stage, axis: int) -> Evidence:
    """Return what a window with padding='valid' does to a size, as arithmetic."""
    layer = stage.call.operation
    given = _size(stage.call.input_specs[0].shape, axis)
    window: Any = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    dilation: Any = getattr(layer, "dilation_rate", (1,))
    return Evidence(
        "arithmetic",
        f"{label(layer)} has padding='{getattr(layer, 'padding', '')}': kernel {window[0]}, "
        f"dilation {dilation[0]}, {given} becomes {_size(stage.shape, axis)}",
        stage.place,
    )


def _size(of: tuple[int | None, ...] | None, axis: int) -> str:
    size = of[axis] if of else None
    return "?" if size is None else str(size)


def _way(ways: Divergence, operand: Operand, larger: Operand) -> str:
    return stages_text(ways.left if operand is larger else ways.right)


def _by(operand: Operand, sizes: Sizes) -> str:
    found = [operand.shape[axis] for axis in sizes.axes]
    return "x".join("?" if size is None else str(size) for size in found)
