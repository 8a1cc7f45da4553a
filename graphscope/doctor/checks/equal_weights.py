"""Hidden layers whose weights all start equal: all their units learn the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._settings import setting_place, trained_layers
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.wording import at, distinct, label, place_of

ID = "equal-weights"

_CONSTANT = ("Zeros", "Ones", "Constant")
_WEIGHTED = ("Dense", "Conv1D", "Conv2D", "Conv3D", "EinsumDense")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the initial kernels of all layers but each model's last one.

    A head of zeros is a good start where what comes before it differs from unit to unit, and so may
    be a branch of zeros beside another: `debug --train` takes this seriously where training goes
    badly.
    """
    for _, layers in trained_layers(case):
        weighted = [each for each in layers if type(each).__name__ in _WEIGHTED]
        for layer in weighted[:-1]:
            initializer = getattr(layer, "kernel_initializer", None)
            name = type(initializer).__name__
            if name in _CONSTANT and _units(layer) > 1:
                yield _tell(case, layer, name, getattr(initializer, "value", None))


def _units(layer: Any) -> int:
    return int(getattr(layer, "units", 0) or getattr(layer, "filters", 0) or 0)


def _tell(case: Case, layer: Any, name: str, value: Any) -> Diagnosis:
    place = setting_place(case, "kernel_initializer", layer)
    number = {"Zeros": 0, "Ones": 1}.get(name, value)
    fix = fix_creation(
        case,
        layer,
        "kernel_initializer",
        None,
        title=f"Let the kernel of {label(layer)} start at random values",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    return Diagnosis(
        ID,
        Severity.INFO,
        0.9,
        f"All weights of {label(layer)}{at(case, place)} start at the same constant, {number:g}: "
        f"its {_units(layer)} units compute the same, get the same gradient and stay equal "
        "(symmetry), so the layer is as good as one unit.\n"
        "Use a random initializer: glorot_uniform, the default, or he_normal.",
        places=distinct([place, place_of(case, layer)]),
        layer=layer.name,
        evidence=(Evidence("value", f"kernel_initializer {name}, {number:g}", place),),
        fixes=(fix,) if fix is not None else (),
        symptom="symmetric-weights",
    )
