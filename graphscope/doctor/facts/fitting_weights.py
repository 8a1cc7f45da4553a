"""Edits with which a layer gets the weights' size: at the argument that fixed it, or where that
came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.loading import Misfit
from graphscope.doctor.facts.parameters import parameter_of
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.retuning import retune
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, trace_weight_dimension


def size_origin(case: Case, misfit: Misfit, axis: int) -> Origin:
    """Return what fixed an axis of a weight, at the argument itself where one is known."""
    if axis == len(misfit.needed) - 1 and hasattr(misfit.layer, "cell"):
        # The units of a recurrent layer; its kernel has them once for each gate.
        units = parameter_of(case, misfit.layer, "units")
        if units is not None:
            return units.origin
    return trace_weight_dimension(case, misfit.variable, axis)


def resized(
    case: Case, origin: Origin, size: int, needed: int, *, purpose: str, likelihood: float
) -> list[Fix]:
    """Return the fixes that change an axis of a weight.

    A recurrent layer's kernel has several times its units; the argument gets its share.

    Args:
        case: the case.
        origin: where the axis came from.
        size: how large it is.
        needed: how large it has to be.
        purpose: why, for the titles.
        likelihood: of the best fix.
    """
    value = origin.value if isinstance(origin.value, int) and origin.value else size
    times = size // value if size % value == 0 else 1
    if needed % times:
        return []
    wanted = needed // times
    found = toward(
        case,
        origin,
        wanted,
        purpose=purpose,
        repair_class=RepairClass.C,
        likelihood=likelihood,
        limit=3,
    )
    solved = retune(case, origin, wanted, repair_class=RepairClass.C, likelihood=likelihood - 0.05)
    if solved is not None and all(solved.edits != each.edits for each in found):
        found.append(solved)
    # A builder serves the saved model too: what was passed to it is to be changed, not the builder.
    ends = [fix for fix in found if fix.places[0] == origin.end.place]
    rest = [fix for fix in found if fix.places[0] != origin.end.place]
    return [
        replace(fix, likelihood=max(likelihood - 0.1 * rank, 0.1))
        for rank, fix in enumerate([*ends, *rest])
    ]


def axis_meaning(layer: Any, variable: Any, axis: int) -> str:
    """Say in words what an axis of a weight counts."""
    rank = len(variable.shape)
    name = str(getattr(variable, "name", ""))
    kind = type(layer).__name__
    if kind == "Embedding":
        return "the vocabulary size (input_dim)" if axis == 0 else "the embedding size (output_dim)"
    if axis == rank - 1 and hasattr(layer, "units"):
        return "the number of units"
    if axis == rank - 1 and hasattr(layer, "filters"):
        return "the number of filters"
    if name.startswith("kernel") and axis == rank - 2:
        return "the number of input features"
    if hasattr(layer, "kernel_size") and axis < rank - 2:
        return "the kernel size"
    return f"axis {axis}"
