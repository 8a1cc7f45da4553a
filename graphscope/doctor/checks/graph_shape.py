"""What the checks of `graphscope check` find in the graph of what ran."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._same_fault import set_in_all, told_once
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.failure_graph import build_failure_graph
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import names_class
from graphscope.doctor.fixes.layers import remove
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.records import Boundary
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

_USUAL_RATE = 0.3
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
            found = [replace(each, node=None) for each in check.check(model)]
            if check is linear_stack:
                yield from _linear(case, found)
            elif check is high_dropout:
                yield from _dropping(case, found)
            else:
                for each in found:
                    yield _completed(case, fit, each)


def _completed(case: Case, fit: Boundary, found: Diagnosis) -> Diagnosis:
    if found.rule == double_softmax.ID:
        return _double(case, found)
    if found.rule == slow_batch_norm.ID:
        return _slow(case, fit, found)
    return found


def _linear(case: Case, found: list[Diagnosis]) -> Iterator[Diagnosis]:
    """Tell of all layers without activation at once; one edit gives them one.

    Such layers are wasteful, and often meant: a projection, a head on an embedding.
    """
    layers = [_named(case, each.layer) for each in found]
    fix = set_in_all(
        case, layers, "activation", '"relu"', 'Give these layers activation="relu"', likelihood=0.8
    )
    for each in told_once(found, fix):
        yield replace(each, severity=Severity.INFO)


def _dropping(case: Case, found: list[Diagnosis]) -> Iterator[Diagnosis]:
    """Tell of all layers that drop nearly everything at once.

    Who took the rate for what is kept means one minus it; others are helped by a usual one.
    """
    layers = [_named(case, each.layer) for each in found]
    rates = {round(1 - float(each.rate), 4) for each in layers if each is not None}
    chosen = [_USUAL_RATE, *(rate for rate in rates if len(rates) == 1 and rate != _USUAL_RATE)]
    fixes = [
        set_in_all(case, layers, "rate", f"{rate:g}", f"Drop {rate:.0%}", likelihood=likelihood)
        for rate, likelihood in zip(chosen, (0.8, 0.7), strict=False)
    ]
    yield from told_once(found, *fixes)


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
    momenta = ((each, getattr(each, "momentum", None)) for each in model._flatten_layers())
    slow = [each for each, momentum in momenta if isinstance(momentum, float) and momentum >= _SLOW]
    title = "Let the moving statistics follow the data faster: momentum=0.9"
    return set_in_all(case, slow, "momentum", "0.9", title, likelihood=0.85)


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
