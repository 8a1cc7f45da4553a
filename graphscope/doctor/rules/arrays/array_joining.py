"""Arrays of shapes that do not fit are concatenated or stacked."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import (
    Operand,
    append,
    argument,
    constant_argument,
    fix_of,
    joined,
    operands,
    told_origins,
)
from graphscope.doctor.facts.failing import Failing, failing, function_name, module_of, raised_by
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct

ID = "array-joining"

_JOINS = {"concatenate": 0, "vstack": 0, "hstack": 1, "append": 0, "row_stack": 0}
_STACKS = {"stack", "column_stack", "dstack"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the shapes of what was to be joined, axis by axis."""
    found = failing(case)
    if found is None or not isinstance(found.node, ast.Call):
        return
    call = found.node
    if raised_by(case) not in {"user", "numpy"} or module_of(found, call) != "numpy":
        return
    name = function_name(call)
    if name not in _JOINS and name not in _STACKS:
        return
    given = _given(found, call, name)
    if given is None or len(given) < 2 or len({each.sizes for each in given}) == 1:
        return
    axis = _axis(found, call, name, given)
    fixes = [*_other_axis(found, call, name, given, axis), *_raised(found, given, axis, name),
             *_shortened(found, given, axis)]  # fmt: skip
    fixes.sort(key=lambda fix: -fix.likelihood)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        _message(case, found, name, given, axis),
        places=distinct([found.place, *(fix.places[0] for fix in fixes)]),
        evidence=tuple(told_origins(found, given[:4])),
        fixes=tuple(fixes[:5]),
    )


def _given(found: Failing, call: ast.Call, name: str) -> list[Operand] | None:
    if name == "append":
        return operands(found, call.args[:2])
    first = call.args[0] if call.args else None
    if isinstance(first, ast.List | ast.Tuple):
        return operands(found, first.elts)
    values = found.look(first)
    if isinstance(values, list | tuple) and first is not None:
        shapes = [tuple(getattr(each, "shape", ())) for each in values]
        text = found.source(first)
        return [
            Operand(f"{text}[{index}]", first, sizes, values[index])
            for index, sizes in enumerate(shapes)
        ]
    return None


def _axis(found: Failing, call: ast.Call, name: str, given: list[Operand]) -> int:
    if name in {"hstack", "vstack"}:
        return min(_JOINS[name], len(given[0].sizes) - 1)
    value = constant_argument(found, call, "axis", 2 if name == "append" else 1)
    return value if isinstance(value, int) else 0


def _message(case: Case, found: Failing, name: str, given: list[Operand], axis: int) -> str:
    lines = [
        f"{name}{at(case, found.place)} got arrays of shapes that do not fit: "
        f"{', '.join(each.told() for each in given[:4])}."
    ]
    ranks = {len(each.sizes) for each in given}
    if name == "stack":
        lines.append("stack makes a new axis: all arrays must have exactly the same shape.")
    elif len(ranks) > 1:
        told = ", ".join(f"{each.text} has rank {len(each.sizes)}" for each in given[:3])
        lines.append(f"All must have the same number of dimensions: {told}.")
    else:
        lines.append(f"Along axis {axis} they are joined; all other axes must be equal, and")
        rank = ranks.pop()
        differing = [
            f"axis {index} is {' and '.join(str(each.sizes[index]) for each in given[:4])}"
            for index in range(rank)
            if index != axis % max(rank, 1) and len({each.sizes[index] for each in given}) > 1
        ]
        lines[-1] += f" {'; '.join(differing)}."
    lines.append(
        "Join along another axis (axis=1 puts columns beside each other), or give the odd one out "
        "the missing axis ([:, None], [..., None], reshape)."
    )
    return "\n".join(lines)


def _other_axis(
    found: Failing, call: ast.Call, name: str, given: list[Operand], axis: int
) -> Iterator[Fix]:
    shapes = [each.sizes for each in given]
    rank = len(shapes[0])
    for other in range(rank):
        result = joined(shapes, other)
        if result is None or other == axis:
            continue
        editor = Editor(found.file)
        if name in {"hstack", "vstack"}:
            better = "vstack" if other == 0 else "hstack" if other == 1 else ""
            if not better or not isinstance(call.func, ast.Attribute):
                continue
            editor.replace(call.func, f"{found.file.segment(call.func.value)}.{better}")
            yield from fix_of(editor, f"Use {better}: the result is {result}", 0.85)
            continue
        if name in _STACKS:
            continue
        text = "-1" if other == rank - 1 and other > 1 else str(other)
        present = argument(call, "axis", 2 if name == "append" else 1)
        if present is not None:
            editor.replace(present, text)
        else:
            editor.set_keyword(call, "axis", text)
        yield from fix_of(editor, f"Join along axis {text}: the result is {result}", 0.85)


def _raised(found: Failing, given: list[Operand], axis: int, name: str) -> Iterator[Fix]:
    """Give an array of lower rank the axis that it lacks."""
    rank = max(len(each.sizes) for each in given)
    full = next(each for each in given if len(each.sizes) == rank)
    for each in given:
        if len(each.sizes) != rank - 1 or not _is_own_expression(given, each):
            continue
        for position, suffix in _SUFFIXES(rank):
            sizes = (*each.sizes[:position], 1, *each.sizes[position:])
            joins = joined([full.sizes, sizes], axis) if name not in _STACKS else None
            if joins is None and sizes == full.sizes:
                joins = sizes
            if joins is not None:
                title = f"Give {each.text} the missing axis: {each.text}{suffix} is {sizes}"
                editor = append(found, each.node, suffix)
                yield from fix_of(editor, title, 0.88, RepairClass.A)
                break


def _SUFFIXES(rank: int) -> list[tuple[int, str]]:  # noqa: N802 - a table that depends on the rank
    last = ":, None" if rank == 2 else "..., None"
    return [(rank - 1, f"[{last}]"), (0, "[None]"), (1, "[:, None]")]


def _is_own_expression(given: list[Operand], one: Operand) -> bool:
    return sum(each.node is one.node for each in given) == 1


def _shortened(found: Failing, given: list[Operand], axis: int) -> Iterator[Fix]:
    """Arrays that differ in their rows only, joined along another axis."""
    rows = [each.sizes[0] for each in given if each.sizes]
    same_rank = len({len(each.sizes) for each in given}) == 1
    if axis == 0 or not same_rank or len(set(rows)) == 1 or len(rows) != len(given):
        return
    least = min(rows)
    shapes = [(least, *each.sizes[1:]) for each in given]
    if joined(shapes, axis) is None:
        return
    shortest = min(given, key=lambda each: each.sizes[0])
    editor = Editor(found.file)
    for each in given:
        if each.sizes[0] != least and _is_own_expression(given, each):
            editor.wrap(each.node, "", f"[: len({shortest.text})]")
    yield from fix_of(editor, f"Use the first {least} rows of each only", 0.5)
