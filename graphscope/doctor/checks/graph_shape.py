"""What the checks of `graphscope check` find in the graph of what ran."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.failure_graph import build_failure_graph
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.fixes.layers import remove
from graphscope.doctor.static.in_graph import (
    channels_first,
    double_softmax,
    high_dropout,
    linear_stack,
    slow_batch_norm,
    softmax_over_batch,
)
from graphscope.doctor.static.model import CheckedModel

ID = "graph-shape"

_CHECKS = (
    channels_first, double_softmax, high_dropout, linear_stack, slow_batch_norm,
    softmax_over_batch,
)  # fmt: skip


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Run the checks of graphs over every model that was trained."""
    for fit in trainings(case):
        graph = build_failure_graph(case.recording, None, model=fit.model).graph
        model = CheckedModel(graph)
        for check in _CHECKS:
            for found in check.check(model):
                yield _completed(case, found)


def _completed(case: Case, found: Diagnosis) -> Diagnosis:
    found = replace(found, node=None)
    if found.rule == linear_stack.ID:
        # Wasteful, and often meant: a projection, a head on an embedding.
        return replace(found, severity=Severity.INFO)
    if found.rule == double_softmax.ID:
        return _double(case, found)
    return found


def _double(case: Case, found: Diagnosis) -> Diagnosis:
    layer = _named(case, found.layer)
    fix: Fix | None = None
    if layer is not None:
        fix = remove(
            case,
            layer,
            title=f"Remove {found.layer}: the second softmax",
            repair_class=RepairClass.A,
            likelihood=0.9,
        )
    told = (
        f"{found.message}\nSoftmax applied twice keeps every probability within a factor of e = "
        "2.72 of the others: the loss is bounded and cannot reach 0."
    )
    return replace(found, message=told, fixes=(fix,) if fix else ())


def _named(case: Case, name: str | None) -> Any:
    calls = (each for each in case.recording.calls if each.is_layer and each.name == name)
    return next((each.operation for each in calls), None)
