"""What the checks of `graphscope check` find in the graph of what ran."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.failure_graph import build_failure_graph
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix, names_class, set_argument
from graphscope.doctor.fixes.layers import remove
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor
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

_SLOW = 0.999
_STALE = 0.5
"""The part of the initial statistics from which on evaluation suffers."""

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
                yield _completed(case, fit, found)


def _completed(case: Case, fit: Boundary, found: Diagnosis) -> Diagnosis:
    found = replace(found, node=None)
    if found.rule == linear_stack.ID:
        # Wasteful, and often meant: a projection, a head on an embedding.
        return replace(found, severity=Severity.INFO)
    if found.rule == double_softmax.ID:
        return _double(case, found)
    if found.rule == slow_batch_norm.ID:
        return _slow(case, fit, found)
    return found


def _slow(case: Case, fit: Boundary, found: Diagnosis) -> Diagnosis:
    """Tell how far the moving statistics can have come in the steps that were trained."""
    layer, steps = _named(case, found.layer), _steps(fit)
    made = creation_call(case, layer) if layer is not None else None
    if made is None or steps is None or not names_class(made[0], made[1], type(layer)):
        return found
    momentum = float(layer.momentum)
    left = momentum**steps
    if left < _STALE:
        return found
    fix = _faster(case, fit.model)
    told = (
        f"{found.message}\nAfter the {steps} steps of this fit {momentum:g}^{steps} = {left:.0%} "
        "of the moving statistics are still what they started as, while training itself uses those "
        "of the batch: evaluation (inference) differs from training."
    )
    return replace(
        found,
        message=told,
        severity=Severity.WARNING,
        confidence=0.85,
        fixes=(fix,) if fix else (),
    )


def _faster(case: Case, model: Any) -> Fix | None:
    """Return the fix that gives all slow layers made in one file a usual momentum."""
    editors: dict[str, Editor] = {}
    seen: set[int] = set()
    for layer in model._flatten_layers():
        momentum = getattr(layer, "momentum", None)
        made = creation_call(case, layer)
        if not isinstance(momentum, float) or momentum < _SLOW or made is None:
            continue
        if id(made[1]) not in seen and names_class(made[0], made[1], type(layer)):
            seen.add(id(made[1]))
            editor = editors.setdefault(made[0].path, Editor(made[0]))
            set_argument(editor, made[1], type(layer), "momentum", "0.9")
    if len(editors) != 1:
        return None
    return make_fix(
        next(iter(editors.values())),
        "Let the moving statistics follow the data faster: momentum=0.9",
        likelihood=0.85,
    )


def _steps(fit: Boundary) -> int | None:
    optimizer = getattr(fit.model, "optimizer", None)
    iterations = getattr(optimizer, "iterations", None)
    return int(iterations) if iterations is not None else None


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
