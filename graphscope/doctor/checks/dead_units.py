"""ReLU units that start far below zero and never fire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._settings import setting_place, trained_layers
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.wording import at, distinct, label, place_of

ID = "dead-units"

_DEEP = -5.0


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at constant initial biases of layers with ReLU."""
    for _, layers in trained_layers(case):
        for layer in layers:
            value = getattr(getattr(layer, "bias_initializer", None), "value", None)
            activation = getattr(getattr(layer, "activation", None), "__name__", "")
            if activation == "relu" and isinstance(value, int | float) and value <= _DEEP:
                yield _tell(case, layer, value)


def _tell(case: Case, layer: Any, value: float) -> Diagnosis:
    place = setting_place(case, "bias_initializer", layer)
    fix = fix_creation(
        case,
        layer,
        "bias_initializer",
        None,
        title=f"Let the bias of {label(layer)} start at zero",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.88,
        f"The bias of {label(layer)}{at(case, place)} starts at {value:g}: its relu units are "
        "dead, they never fire. relu(w x + b) is all zero unless w x exceeds "
        f"{-value:g}, and where it is 0 the gradient is 0 too, so they cannot recover.\n"
        "Start the bias at 0, the default.",
        places=distinct([place, place_of(case, layer)]),
        layer=layer.name,
        evidence=(Evidence("value", f"bias {value:g}, activation relu", place),),
        fixes=(fix,) if fix is not None else (),
    )
