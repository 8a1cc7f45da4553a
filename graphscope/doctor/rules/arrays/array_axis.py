"""An axis argument that an array does not have, or axes of a transpose that are not its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import Operand, argument, fix_of, operand, told_origins
from graphscope.doctor.facts.failing import Failing, failing, function_name, raised_by
from graphscope.doctor.facts.looking import is_array
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct

ID = "array-axis"

_SECOND = {
    "mean", "sum", "max", "min", "std", "var", "argmax", "argmin", "expand_dims", "squeeze", "flip",
    "sort", "softmax", "cumsum", "median",
}  # fmt: skip
"""Functions whose axis comes right after the array."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare an axis with the rank of the array."""
    found = failing(case)
    if found is None or raised_by(case) not in {"user", "numpy"}:
        return
    call = found.node
    if not isinstance(call, ast.Call):
        return
    given, first = _array(found, call)
    if given is None or not is_array(given.value):
        return
    name, rank = function_name(call), len(given.sizes)
    if name == "transpose":
        told = _transpose(found, call, given, first)
    else:
        node = argument(call, "axis", first if name in _SECOND else -1)
        value = found.look(node) if node is not None else None
        room = rank + 1 if name == "expand_dims" else rank
        if node is None or not isinstance(value, int) or -room <= value < room:
            return
        told = (
            f"axis {value} is out of bounds: {given.told()} has rank {rank}, its axes are 0 to "
            f"{room - 1} (or -1 for the last).",
            _axis_fixes(found, node, room),
        )
    if told is None:
        return
    message, fixes = told
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{found.text}{at(case, found.place)}: {message}\n"
        "Correct the axis, or see where the array lost an axis that is expected here.",
        places=distinct([found.place]),
        evidence=tuple(told_origins(found, [given])),
        fixes=tuple(fixes),
    )


def _array(found: Failing, call: ast.Call) -> tuple[Operand | None, int]:
    """The array that a method or function works on, and the position of its next argument."""
    if isinstance(call.func, ast.Attribute) and is_array(found.look(call.func.value)):
        return operand(found, call.func.value), 0
    return (operand(found, call.args[0]), 1) if call.args else (None, 1)


def _axis_fixes(found: Failing, node: ast.expr, room: int) -> list[Fix]:
    fixes = fix_of(Editor(found.file).replace(node, "-1"), "Use the last axis: -1", 0.75)
    if room > 1:
        text = str(room - 1)
        fixes += fix_of(Editor(found.file).replace(node, text), f"Use axis {text}", 0.6)
    return fixes


def _transpose(
    found: Failing, call: ast.Call, given: Operand, first: int
) -> tuple[str, list[Fix]] | None:
    rank = len(given.sizes)
    container = argument(call, "axes", first)
    nodes = list(call.args[first:])
    if isinstance(container, ast.Tuple | ast.List):
        nodes = list(container.elts)
    axes = [found.look(node) for node in nodes]
    if not axes or not all(isinstance(axis, int) for axis in axes) or len(axes) == rank:
        return None
    wanted = [axis for axis in axes if axis < rank]
    fixes: list[Fix] = []
    if sorted(wanted) == list(range(rank)) and isinstance(container, ast.Tuple | ast.List):
        text = f"({', '.join(map(str, wanted))})"
        editor = Editor(found.file).replace(container, text)
        fixes = fix_of(editor, f"Name the {rank} axes that there are: {text}", 0.6)
    if len(axes) == rank + 1:
        suffix = "[..., None]"
        wrapped = Editor(found.file).wrap(given.node, "", suffix)
        title = f"Give {given.text} the missing last axis first: {given.text}{suffix}"
        fixes = [*fix_of(wrapped, title, 0.75, RepairClass.B), *fixes]
    return (
        f"axes don't match: {given.told()} has rank {rank}, the transpose names "
        f"{len(axes)} axes {tuple(axes)}.",
        fixes,
    )
