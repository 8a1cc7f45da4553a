"""A weight penalty so strong that the weights are shrunk to nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._settings import (
    number_in,
    setting_node,
    setting_place,
    trained_layers,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import distinct, label, place_of

ID = "heavy-penalty"

_STRONG = 0.1
"""Usual are 1e-5 to 1e-2."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the kernel regularizers of each trained model; one of them is told."""
    for _, layers in trained_layers(case):
        heavy = [(each, found) for each in layers if (found := _penalty(each)) is not None]
        if heavy:
            yield _tell(case, heavy[0][0], *heavy[0][1], len(heavy))


def _penalty(layer: Any) -> tuple[str, float] | None:
    regularizer = getattr(layer, "kernel_regularizer", None)
    for name in ("l2", "l1"):
        value = getattr(regularizer, name, None)
        number = float(value) if value is not None else 0.0
        if number >= _STRONG:
            return name.upper(), round(number, 6)
    return None


def _tell(case: Case, layer: Any, name: str, value: float, count: int) -> Diagnosis:
    place = setting_place(case, "kernel_regularizer", layer)
    size = int(layer.kernel.shape[0] * layer.kernel.shape[-1]) if hasattr(layer, "kernel") else 0
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.85,
        f"{name} regularisation of {value:g} (weight decay) is strong: on {label(layer)} and "
        f"{count - 1} other layers, the penalty is {value:g} times the sum of all squared weights"
        f"{f' ({size} of them in this layer)' if size else ''}.\n"
        "It dominates the loss, shrinks the weights towards 0, and the model underfits.\n"
        "Use a smaller (lower) factor: 1e-4 is usual.",
        places=distinct([place, place_of(case, layer)]),
        layer=layer.name,
        evidence=(Evidence("value", f"{name} = {value!r} on {count} layers", place),),
        fixes=tuple(_fixes(case, layer, value)),
    )


def _named(node: ast.expr) -> ast.expr | None:
    """Return what a regularizer of one number is made with, where that is a name."""
    given = (
        [*node.args, *(each.value for each in node.keywords)] if isinstance(node, ast.Call) else []
    )
    return given[0] if len(given) == 1 and isinstance(given[0], ast.Name | ast.Attribute) else None


def _fixes(case: Case, layer: Any, value: float) -> Iterator[Fix]:
    found = setting_node(case, "kernel_regularizer", layer)
    number = (number_in(found[1], value) or _named(found[1])) if found is not None else None
    if found is None or number is None:
        return
    fix = make_fix(
        Editor(found[0]).replace(number, "1e-4"),
        "Reduce the penalty to 1e-4",
        repair_class=RepairClass.B,
        likelihood=0.85,
    )
    if fix is not None:
        yield fix
