"""An index that an array or list does not have: too large, too many, of the wrong kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import append, fix_of
from graphscope.doctor.facts.failing import Failing, failing, one_line, raised_by
from graphscope.doctor.facts.list_length import list_made_longer, told_length
from graphscope.doctor.facts.looking import MISSING, is_array
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.retuning import retune
from graphscope.doctor.origins import as_evidence, describe, trace_data, trace_value
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, distinct

ID = "array-index"

_Told = tuple[str, list[Fix]]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare an index with the shape of what it is used on."""
    found = failing(case)
    if found is None or raised_by(case) not in {"user", "numpy"}:
        return
    node = _subscript(found)
    if node is None:
        return
    base, index = found.look(node.value), found.look(node.slice)
    told = None
    if isinstance(base, list) and not isinstance(index, int):
        told = _list_index(found, node, base)
    elif isinstance(base, list | tuple | str) and isinstance(index, int):
        told = _out_of_list(found, node, base, index)
    elif is_array(base) and base.ndim:
        told = _array_index(found, node, base)
    if told is None:
        return
    message, fixes = told
    fixes.sort(key=lambda fix: -fix.likelihood)
    origin = trace_data(case, node.value, found.frame)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{one_line(found.source(node))}{at(case, found.place)}: {message}",
        places=distinct(
            [fixes[0].places[0] if fixes else None, found.place, *(f.places[0] for f in fixes)]
        ),
        evidence=(
            Evidence("shape", f"{found.source(node.value)} {_told_size(base)}", found.place),
            *_index_facts(found, node),
            *as_evidence(case, origin)[:3],
        ),
        fixes=tuple(fixes[:5]),
    )


def _subscript(found: Failing) -> ast.Subscript | None:
    node = found.node
    if isinstance(node, ast.Subscript):
        return node
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return next((each for each in targets if isinstance(each, ast.Subscript)), None)
    return None


def _told_size(base: Any) -> str:
    return str(tuple(base.shape)) if is_array(base) else f"has {len(base)} elements"


def _index_facts(found: Failing, node: ast.Subscript) -> Iterator[Evidence]:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for part in parts:
        value = found.look(part)
        if isinstance(value, int | float) and not isinstance(part, ast.Constant):
            yield Evidence("value", f"{found.source(part)} = {value}", found.place)
        elif is_array(value) and value.ndim:
            yield Evidence("shape", f"{found.source(part)} {tuple(value.shape)} {value.dtype}")


def _list_index(found: Failing, node: ast.Subscript, base: list[Any]) -> _Told | None:
    name = found.source(node.value)
    if isinstance(node.slice, ast.Tuple):
        fixes = list(_made_array(found, node.value))
        return (
            f"{name} is a plain list of {len(base)} elements; a list takes one integer or slice, "
            f"several axes [{found.source(node.slice)}] work on NumPy arrays only.\n"
            f"Make it an array first: np.array({name}).",
            fixes,
        )
    value = found.look(node.slice)
    if isinstance(value, float):
        return _float_index(found, node.slice, f"{name} (a list)")
    return None


def _made_array(found: Failing, node: ast.expr) -> Iterator[Fix]:
    """`np.array(...)` where a list is made, or where it is used."""
    array = refer_to(found.file, "numpy.array")
    if isinstance(node, ast.Name):
        for definition in definitions_of(found.file, node, node)[:1]:
            value = definition.value
            if definition.kind == "assign" and value is not None and not definition.path:
                editor = array.imported(Editor(definition.file)).wrap(value, f"{array.text}(", ")")
                yield from fix_of(editor, f"Make {node.id} an array where it is made", 0.85)
    editor = array.imported(Editor(found.file)).wrap(node, f"{array.text}(", ")")
    yield from fix_of(editor, f"Use {array.text}({found.source(node)}) here", 0.7)


def _float_index(found: Failing, part: ast.expr, name: str) -> _Told:
    value = found.look(part)
    fixes: list[Fix] = []
    origin = trace_value(found.case, part, found.frame)
    for step in origin.walk():
        inner = step.node
        if isinstance(inner, ast.BinOp) and step.file is not None:
            editor = Editor(step.file).wrap(inner, "int(", ")")
            fixes += fix_of(editor, "Make it an integer where it is computed: int(...)", 0.85)
            break
    editor = Editor(found.file).wrap(part, "int(", ")")
    fixes += fix_of(editor, f"Make the index an integer: int({found.source(part)})", 0.75)
    return (
        f"the index of {name} is {value}, a float: an index or slice must be an integer.\n"
        f"Where it comes from: {describe(found.case, origin)}.\nUse int(...) or // instead of /.",
        fixes,
    )


def _out_of_list(found: Failing, node: ast.Subscript, base: Any, index: int) -> _Told | None:
    if -len(base) <= index < len(base):
        return None
    name = found.source(node.value)
    return (
        f"index {index} is out of range: {name} has {len(base)} elements, the last one is "
        f"{name}[{len(base) - 1}] (counting starts at 0).{told_length(found, node, index)}",
        [*_off_by_one(found, node.slice, index, len(base)), *list_made_longer(found, node, index)],
    )


def _array_index(found: Failing, node: ast.Subscript, base: Any) -> _Told | None:
    parts = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    values = [found.look(part) for part in parts]
    name = found.source(node.value)
    for part, value in zip(parts, values, strict=True):
        floats = [part] if isinstance(value, float) else list(_float_bounds(found, part))
        if floats:
            return _float_index(found, floats[0], f"{name} {tuple(base.shape)}")
    for part, value in zip(parts, values, strict=True):
        if is_array(value) and value.dtype.kind == "f":
            editor = append(found, part, ".astype(int)")
            fixes = fix_of(editor, "Make the indices integers: .astype(int)", 0.85)
            return (
                f"the index {found.source(part)} is an array of {value.dtype}; arrays used as "
                "indices must be of integer (or boolean) type.",
                fixes,
            )
    counted = [v for v in values if v is not None and v is not Ellipsis]
    if len(counted) > base.ndim and MISSING not in values:
        return _too_many(found, node, parts, base)
    return _mask(found, parts, values, base, name) or _outside(found, parts, values, base, name)


def _float_bounds(found: Failing, part: ast.expr) -> Iterator[ast.expr]:
    if isinstance(part, ast.Slice):
        for bound in (part.lower, part.upper):
            if bound is not None and isinstance(found.look(bound), float):
                yield bound


def _too_many(found: Failing, node: ast.Subscript, parts: list[ast.expr], base: Any) -> _Told:
    kept = [found.file.segment(part) for part in parts[: base.ndim]]
    editor = Editor(found.file).replace(node.slice, ", ".join(kept))
    fixes = fix_of(editor, f"Index {base.ndim} axes only: [{', '.join(kept)}]", 0.6)
    return (
        f"too many indices: {found.source(node.value)} is {tuple(base.shape)}, rank {base.ndim}, "
        f"and {len(parts)} axes were indexed.\n"
        f"Take {len(parts) - base.ndim} of them out, or see where the array lost an axis.",
        fixes,
    )


def _mask(
    found: Failing, parts: list[ast.expr], values: list[Any], base: Any, name: str
) -> _Told | None:
    for axis, (part, value) in enumerate(zip(parts, values, strict=True)):
        if not is_array(value) or value.dtype.kind != "b" or not value.ndim:
            continue
        if axis < base.ndim and value.shape[0] != base.shape[axis]:
            rows = min(value.shape[0], base.shape[0])
            fixes = []
            if axis == 0:
                target = found.node if base.shape[0] > rows else part
                inner = target.value if isinstance(target, ast.Subscript) else part
                title = f"Use the first {rows} rows only"
                fixes = fix_of(append(found, inner, f"[:{rows}]"), title, 0.5)
            return (
                f"the mask {found.source(part)} has {value.shape[0]} entries, axis {axis} of "
                f"{name} {tuple(base.shape)} has {base.shape[axis]}: a boolean mask needs one "
                "entry for each.\nBuild the mask from an array with the same rows.",
                fixes,
            )
    return None


def _outside(
    found: Failing, parts: list[ast.expr], values: list[Any], base: Any, name: str
) -> _Told | None:
    for axis, (part, value) in enumerate(zip(parts, values, strict=True)):
        if axis >= base.ndim or isinstance(value, bool):
            continue
        size, largest = base.shape[axis], value
        if is_array(value) and value.ndim and value.dtype.kind in "iu" and value.size:
            largest = int(value.max())
        elif is_array(value) and not value.ndim and value.dtype.kind in "iu":
            largest = int(value)
        if not isinstance(largest, int) or -size <= largest < size:
            continue
        return (
            f"index {largest} is out of bounds: axis {axis} of {name} {tuple(base.shape)} has size "
            f"{size}, its indices go from 0 to {size - 1}.\n"
            f"Let {found.source(part)} stay below {size}, or make axis {axis} larger "
            f"({largest + 1}).",
            [*_off_by_one(found, part, largest, size), *_larger(found, axis, largest, size)],
        )
    return None


def _off_by_one(found: Failing, part: ast.expr, index: int, size: int) -> Iterator[Fix]:
    """A loop that counts from 1, or one step too far."""
    if index != size or not isinstance(part, ast.Name):
        return
    for definition in definitions_of(found.file, part, part)[:1]:
        call = definition.value
        if definition.kind == "loop" and isinstance(call, ast.Call) and call.args:
            yield from _shorter_range(found, call)
    editor = Editor(found.file).wrap(part, "", " - 1")
    yield from fix_of(editor, f"Count from 0: {part.id} - 1", 0.6)


def _shorter_range(found: Failing, call: ast.Call) -> Iterator[Fix]:
    if not isinstance(call.func, ast.Name) or call.func.id != "range":
        return
    end = call.args[1] if len(call.args) > 1 else call.args[0]
    one_more = isinstance(end, ast.BinOp) and isinstance(end.op, ast.Add)
    text = found.file.segment(end.left) if one_more and isinstance(end, ast.BinOp) else ""
    starts_at_one = len(call.args) > 1 and found.look(call.args[0]) == 1
    if starts_at_one and text:
        editor = Editor(found.file).replace(call.args[0], "0").replace(end, text)
        yield from fix_of(editor, f"Count from 0: range({text})", 0.8)
    elif text:
        editor = Editor(found.file).replace(end, text)
        yield from fix_of(editor, f"End one step earlier: range({text})", 0.85, RepairClass.A)
    else:
        editor = Editor(found.file).wrap(end, "", " - 1")
        yield from fix_of(editor, "End one step earlier", 0.6)


def _larger(found: Failing, axis: int, index: int, size: int) -> Iterator[Fix]:
    """The array made large enough for the index."""
    node = _subscript(found)
    origin = trace_data(found.case, node.value, found.frame) if node else None
    for step in origin.walk() if origin else ():
        call = step.node
        if not isinstance(call, ast.Call) or not call.args or step.file is None:
            continue
        sizes = call.args[0].elts if isinstance(call.args[0], ast.Tuple) else [call.args[0]]
        if axis < len(sizes) and found.look(sizes[axis]) == size:
            cause = trace_value(found.case, sizes[axis], found.frame)
            fix = retune(found.case, cause, index + 1, likelihood=0.55)
            yield from [fix] if fix else []
            break
