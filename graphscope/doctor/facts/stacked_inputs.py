"""One array that holds the arrays of all inputs along an axis: pairs of pictures, triplets."""

from __future__ import annotations

from graphscope.doctor.facts.handed import Handover
from graphscope.doctor.facts.mismatch import same_sizes
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor

_TAKEN = {0: "{text}[{index}]", 1: "{text}[:, {index}]"}


def stacked_axis(own: Handover) -> int | None:
    """Return the axis along which one array holds the inputs, each of the declared shape."""
    parts, declared = own.parts, own.declared
    if len(parts) != 1 or len(declared) < 2 or parts[0].shape is None:
        return None
    shape = parts[0].shape
    for axis in (1, 0):
        if len(shape) <= axis or shape[axis] != len(declared):
            continue
        rest = (*shape[:axis], *shape[axis + 1 :])
        if all(same_sizes(each.shape, rest) for each in declared):
            return axis
    return None


def take_apart(own: Handover, axis: int) -> Fix | None:
    """Hand over a list of the inputs instead."""
    part = own.parts[0]
    if part.expression is None or own.source != "array":
        return None
    file, node, _ = part.expression
    if not own.case.program.is_own(file.path):
        return None
    taken = [
        _TAKEN[axis].format(text=file.segment(node), index=index)
        for index in range(len(own.declared))
    ]
    text = f"[{', '.join(taken)}]"
    return make_fix(
        Editor(file).replace(node, text),
        f"Hand over one array for each input: {text}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
