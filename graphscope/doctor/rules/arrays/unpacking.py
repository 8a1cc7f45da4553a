"""A value is unpacked into another number of names than it has parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import fix_of
from graphscope.doctor.facts.failing import Failing, failing, raised_by
from graphscope.doctor.facts.looking import MISSING, is_array, shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.origins import as_evidence, trace_value
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct

ID = "unpacking"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the names on the left with the parts of the value."""
    found = failing(case)
    error = case.failure.exception if case.failure else None
    if found is None or not isinstance(error, ValueError | TypeError) or raised_by(case) != "user":
        return
    statement = found.file.statement_of(found.node)
    if not isinstance(statement, ast.Assign | ast.For) or "unpack" not in str(error):
        return
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    if not isinstance(target, ast.Tuple | ast.List) or found.node not in (target, statement):
        return
    value = statement.value if isinstance(statement, ast.Assign) else statement.iter
    parts = _parts(found, value) if isinstance(statement, ast.Assign) else None
    count = len(parts) if parts is not None else _count(str(error))
    names = [found.source(each) for each in target.elts]
    if count is None or count == len(names):
        return
    fixes = list(_fixes(found, target, value, parts, count))
    origin = trace_value(case, value, found.frame)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        _message(case, found, names, value, parts, count),
        places=distinct([found.place, *(place for place in origin.places[:2])]),
        evidence=(
            Evidence("value", f"{found.source(value)} has {count} parts", found.place),
            *as_evidence(case, origin)[:3],
        ),
        fixes=tuple(fixes),
    )


def _parts(found: Failing, value: ast.expr) -> list[Any] | None:
    held = found.look(value)
    if held is MISSING and isinstance(value, ast.Call):
        origin = trace_value(found.case, value, found.frame)
        for cause in origin.causes:
            if isinstance(cause.node, ast.Tuple):
                return [found.source(each) if cause.file is found.file else ast.unparse(each)
                        for each in cause.node.elts]  # fmt: skip
        return None
    return list(held) if isinstance(held, tuple | list) or is_array(held) else None


def _count(text: str) -> int | None:
    """The number that Python found, from `(expected 4, got 2)`."""
    words = text.replace(")", " ").split("got ")
    return int(words[1].split()[0]) if len(words) > 1 and words[1].split()[0].isdigit() else None


def _message(
    case: Case,
    found: Failing,
    names: list[str],
    value: ast.expr,
    parts: list[Any] | None,
    count: int,
) -> str:
    told = ""
    if parts is not None and all(isinstance(each, int) for each in parts):
        told = f": {tuple(parts)}"
    elif parts is not None:
        told = f": ({', '.join(_short(each) for each in parts)})"
    few = "too few" if count < len(names) else "too many"
    lines = [
        f"{', '.join(names)} = {found.source(value)}{at(case, found.place)} needs {len(names)} "
        f"values and gets {count}{told}: {few} values to unpack."
    ]
    if isinstance(value, ast.Attribute) and value.attr == "shape":
        lines.append(
            f"{found.source(value.value)} has rank {count}: it has {count} axes, not {len(names)}."
        )
    lines.append(f"Name as many variables as there are values ({count}).")
    return "\n".join(lines)


def _short(part: Any) -> str:
    if isinstance(part, str):
        return part
    shape = shape_of(part)
    return str(shape) if shape is not None else type(part).__name__


def _fixes(
    found: Failing, target: ast.Tuple | ast.List, value: ast.expr, parts: Any, count: int
) -> Iterator[Fix]:
    names = [found.file.segment(each) for each in target.elts]
    if count > len(names):
        text = ", ".join([*names, *["_"] * (count - len(names))])
        yield from fix_of(
            Editor(found.file).replace(target, text), f"Take all {count}: {text}", 0.75
        )
        text = ", ".join([*names[:-1], f"*{names[-1]}"])
        return
    nested = _nested(names, parts)
    if nested:
        title = f"Unpack the pairs as they are returned: {nested}"
        yield from fix_of(Editor(found.file).replace(target, nested), title, 0.9, RepairClass.A)
        return
    is_shape = isinstance(value, ast.Attribute) and value.attr == "shape"
    if is_shape and count == len(names) - 1:
        wrapped = Editor(found.file).wrap(value.value, "", "[..., None]")  # type: ignore[attr-defined]
        yield from fix_of(wrapped, "Give the array its missing last axis first", 0.5)
    used = _used(found, target)
    kept = [name for name in names if name in used] if is_shape else names[:count]
    if is_shape and len(kept) == count:
        text = ", ".join(kept)
        yield from fix_of(Editor(found.file).replace(target, text), f"Unpack {count}: {text}", 0.8)
    elif is_shape or count == len(names) - 1:
        text = ", ".join(names[:count])
        yield from fix_of(Editor(found.file).replace(target, text), f"Unpack {count}: {text}", 0.6)


def _nested(names: list[str], parts: Any) -> str:
    """`(a, b), (c, d)` for four names and two pairs."""
    if not parts:
        return ""
    sizes = [_length(each) for each in parts]
    if None in sizes or sum(size or 0 for size in sizes) != len(names):
        return ""
    groups, start = [], 0
    for size in sizes:
        inner = ", ".join(names[start : start + (size or 0)])
        groups.append(f"({inner})" if size != 1 else inner)
        start += size or 0
    return ", ".join(groups)


def _length(part: Any) -> int | None:
    if isinstance(part, str):
        try:
            node = ast.parse(part, mode="eval").body
        except SyntaxError:
            return None
        return len(node.elts) if isinstance(node, ast.Tuple) else 1
    return len(part) if isinstance(part, tuple | list) else None


def _used(found: Failing, target: ast.Tuple | ast.List) -> set[str]:
    around = found.file.function_of(target) or found.file.tree
    return {
        node.id
        for node in ast.walk(around)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
