"""Many saturating layers on top of each other: the gradient vanishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._settings import setting_place, trained_layers
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.wording import at, distinct, label, place_of

ID = "deep-sigmoids"

_MOST = 6


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Count the sigmoid layers of each trained model that has nothing against vanishing."""
    for _, layers in trained_layers(case):
        helped = any(
            "Normalization" in type(each).__name__ or type(each).__name__ in ("Add", "Concatenate")
            for each in layers
        )
        deep = [each for each in layers if _is_saturating(each)]
        if len(deep) > _MOST and not helped:
            yield _tell(case, deep)


def _is_saturating(layer: Any) -> bool:
    name = getattr(getattr(layer, "activation", None), "__name__", "")
    return type(layer).__name__ in ("Dense", "Conv1D", "Conv2D") and name == "sigmoid"


def _tell(case: Case, deep: list[Any]) -> Diagnosis:
    count, first = len(deep), deep[0]
    place = setting_place(case, "activation", first)
    fix = fix_creation(
        case,
        first,
        "activation",
        '"relu"',
        title='Use activation="relu" in the hidden layers',
        repair_class=RepairClass.B,
        likelihood=0.85,
    )
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.85,
        f"{count} layers with sigmoid follow each other (first {label(first)}{at(case, place)}): "
        f"the network is deep, and the gradient vanishes. The slope of a sigmoid is at most 0.25, "
        f"so the first (early) layers receive at most 0.25^{count} = {0.25**count:.1g} of it.\n"
        "Use relu, or add BatchNormalization or residual connections.",
        places=distinct([place, place_of(case, first)]),
        layer=first.name,
        evidence=(Evidence("arithmetic", f"0.25^{count} = {0.25**count:.1g}", place),),
        fixes=(fix,) if fix is not None else (),
    )
