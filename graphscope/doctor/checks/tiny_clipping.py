"""Gradients clipped to so little that no weight moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.wording import distinct, place_of

ID = "tiny-clipping"

_SMALLEST = 1e-3
_SCALE_FREE = ("Adam", "AdamW", "Nadam", "Adamax", "RMSprop", "Adagrad", "Adadelta", "Lion")
"""Optimizers that divide by the size of the gradient: clipping hardly matters to them."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the clipping of each training's optimizer."""
    for fit in trainings(case):
        optimizer = fit.model.optimizer
        if type(optimizer).__name__ in _SCALE_FREE:
            continue
        for name in ("clipnorm", "global_clipnorm", "clipvalue"):
            value = getattr(optimizer, name, None)
            if isinstance(value, int | float) and 0 < value < _SMALLEST:
                yield _tell(case, optimizer, name, value)


def _tell(case: Case, optimizer: Any, name: str, value: float) -> Diagnosis:
    place = place_of(case, optimizer)
    rate = float(optimizer.learning_rate)
    fixes = [
        fix_creation(
            case, optimizer, name, text, title=title, repair_class=RepairClass.B, likelihood=how
        )
        for text, title, how in (
            ("1.0", f"Clip gradients to {name}=1.0", 0.9),
            (None, f"Remove {name}", 0.8),
        )
    ]
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.9,
        f"{type(optimizer).__name__} clips every gradient to {name}={value:g} (a small number), so "
        f"with the learning rate {rate:g} a step (update) moves the weights by at most "
        f"{value * rate:.2g}: nothing is learned.\n"
        f"Increase it to 1.0, or remove {name}.",
        places=distinct([place]),
        evidence=(
            Evidence("value", f"{name} = {value:g}, {value!r}", place),
            Evidence("arithmetic", f"{rate:g} x {value:g} = {rate * value:.2g} per step"),
        ),
        fixes=tuple(fix for fix in fixes if fix is not None),
    )
