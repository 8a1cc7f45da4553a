"""Where a tensor that nothing reads should have gone: the edit that puts it there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._reaching import ancestors
from graphscope.doctor.checks._twin_inputs import twin_read
from graphscope.doctor.checks._unused_names import UnusedName, reads_of, unused_names
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile

_MISSING = object()


@dataclass(frozen=True, slots=True, eq=False)
class Rewiring:
    """How a lost tensor can be used.

    Attributes:
        told: what is wrong, in sentences.
        places: lines to edit, best first.
        layer: the layer that should have been given the tensor, or that made it.
    """

    told: str
    places: tuple[Place, ...]
    layer: str | None
    fixes: tuple[Fix, ...] = field(default=())


def find_rewiring(case: Case, tensor: Any) -> Rewiring | None:
    """Return how a tensor that reaches no output could, by the name that holds it."""
    for unused in unused_names(case, tensor):
        found = (
            in_place_of_twin(case, unused, tensor)
            or _into_list(case, unused)
            or _instead(case, unused, tensor)
        )
        if found is not None:
            return found
        place = Place(unused.file.path, unused.bound.lineno)
        return Rewiring(_not_read(unused), (place,), None)
    return None


def _not_read(unused: UnusedName) -> str:
    where = f" of {unused.function.name}" if isinstance(unused.function, ast.FunctionDef) else ""
    what = "argument" if unused.is_parameter else "variable"
    line = unused.bound.lineno
    return f"The {what} {unused.name}{where} (line {line}) is never used. "


def _into_list(case: Case, unused: UnusedName) -> Rewiring | None:
    """Put the name into the list that a layer merges: in the place of what is there twice."""
    body: ast.AST = unused.function or unused.file.tree
    # The merge that is meant is the last one; what stands before it prepares its parts.
    for merged in sorted(_lists_of_tensors(case, body, unused), key=lambda each: -each.lineno):
        held = [_held(unused, each) for each in merged.elts]
        call = unused.file.parent(merged)
        assert isinstance(call, ast.Call)
        layer = _layer_name(case, unused.file, call)
        twice = _already_there(held)
        place = Place(unused.file.path, merged.lineno)
        fixes = list(_list_fixes(unused, merged, twice))
        names = [unused.file.segment(each) for each in merged.elts]
        told = _not_read(unused) + f"{layer or 'The merge'} receives [{', '.join(names)}]"
        if twice is not None:
            told += f", so {names[twice]} is in it twice in effect (concatenated with itself)"
        return Rewiring(f"{told}. ", (place,), layer, tuple(fixes))
    return None


def _lists_of_tensors(case: Case, body: ast.AST, unused: UnusedName) -> Iterator[ast.List]:
    """Yield the lists that layers are called with, whose elements are names of tensors."""
    for node in ast.walk(body):
        if isinstance(node, ast.List) and node.lineno > _last_line(unused.bound):
            call = unused.file.parent(node)
            held = [_held(unused, each) for each in node.elts]
            if (
                isinstance(call, ast.Call)
                and node in call.args
                and len(held) > 1
                and sum(hasattr(each, "_keras_history") for each in held) >= 1
                and _layer_name(case, unused.file, call) is not None
            ):
                yield node


def _last_line(node: ast.arg | ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _held(unused: UnusedName, node: ast.expr) -> Any:
    return unused.frame.locals.get(node.id, _MISSING) if isinstance(node, ast.Name) else _MISSING


def _already_there(held: list[Any]) -> int | None:
    """Return the element that another element was computed from."""
    for index, tensor in enumerate(held):
        others = [each for place, each in enumerate(held) if place != index]
        known = [each for each in others if hasattr(each, "_keras_history")]
        if hasattr(tensor, "_keras_history") and id(tensor) in ancestors(known):
            return index
    # A variable that was assigned after the frame was last seen has no value yet.
    return (
        next((i for i, each in enumerate(held) if hasattr(each, "_keras_history")), None)
        if (any(each is _MISSING for each in held))
        else None
    )


def _list_fixes(unused: UnusedName, merged: ast.List, twice: int | None) -> Iterator[Fix]:
    if twice is not None:
        before = unused.file.segment(merged.elts[twice])
        fix = make_fix(
            Editor(unused.file).replace(merged.elts[twice], unused.name),
            f"Merge {unused.name} instead of {before}",
            repair_class=RepairClass.B,
            likelihood=0.85,
        )
        if fix is not None:
            yield fix
    fix = make_fix(
        Editor(unused.file).insert_element_after(merged.elts[-1], unused.name),
        f"Add {unused.name} to what is merged",
        repair_class=RepairClass.B,
        likelihood=0.6,
    )
    if fix is not None:
        yield fix


def _layer_name(case: Case, file: SourceFile, call: ast.Call) -> str | None:
    extent = (call.lineno, call.col_offset, call.end_lineno, call.end_col_offset)
    for record in case.recording.calls:
        at = record.site[0].position if record.site else None
        found = (at.line, at.column, at.end_line, at.end_column) if at else None
        if at is not None and at.file == file.path and found == extent:
            return record.name
    return None


def _instead(case: Case, unused: UnusedName, tensor: Any) -> Rewiring | None:
    """Read the name where one of its ingredients is read after it was made."""
    if unused.is_parameter or not isinstance(unused.bound, ast.Assign):
        return None
    body: ast.AST = unused.function or unused.file.tree
    ingredients = {
        node.id
        for node in ast.walk(unused.bound.value)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    end = unused.bound.end_lineno or unused.bound.lineno
    later = [
        read
        for name in ingredients
        for read in reads_of(body, name)
        if read.lineno > end and _is_applied(unused.file, read)
    ]
    if not later:
        return None
    read = min(later, key=lambda each: (each.lineno, each.col_offset))
    call = unused.file.parent(read)
    layer = _layer_name(case, unused.file, call) if isinstance(call, ast.Call) else None
    made = case.recording.producer_of(tensor)
    fix = make_fix(
        Editor(unused.file).replace(read, unused.name),
        f"Pass {unused.name} on instead of {read.id}",
        repair_class=RepairClass.B,
        likelihood=0.85,
    )
    rebinding = _rebound(unused, read.id)
    told = (
        _not_read(unused)
        + f"{layer or 'The next call'} in line {read.lineno} reads {read.id} instead. "
    )
    fixes = tuple(each for each in (fix, rebinding) if each is not None)
    places = (Place(unused.file.path, read.lineno), Place(unused.file.path, unused.bound.lineno))
    return Rewiring(told, places, made.name if made else layer, fixes)


def in_place_of_twin(case: Case, unused: UnusedName, tensor: Any) -> Rewiring | None:
    """Read an input where another one is read a second time."""
    if unused.is_parameter:
        return None
    read = twin_read(unused, str(tensor._keras_history.operation.name))
    if read is None:
        return None
    call = unused.file.parent(read)
    layer = _layer_name(case, unused.file, call) if isinstance(call, ast.Call) else None
    fix = make_fix(
        Editor(unused.file).replace(read, unused.name),
        f"Pass {unused.name} to {layer or 'it'} instead of {read.id}",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    told = (
        _not_read(unused)
        + f"{read.id} is given to both instead: {layer or 'the call'} in line {read.lineno} takes "
        f"{read.id} a second time. Pass {unused.name} to {layer or 'it'}. "
    )
    places = (Place(unused.file.path, read.lineno), Place(unused.file.path, unused.bound.lineno))
    return Rewiring(told, places, layer, (fix,) if fix is not None else ())


def _is_applied(file: SourceFile, read: ast.Name) -> bool:
    call = file.parent(read)
    return isinstance(call, ast.Call) and read in call.args


def _rebound(unused: UnusedName, name: str) -> Fix | None:
    if not isinstance(unused.bound, ast.Assign):
        return None
    return make_fix(
        Editor(unused.file).replace(unused.bound.targets[0], name),
        f"Assign the result to {name}, which is what is read afterwards",
        repair_class=RepairClass.B,
        likelihood=0.7,
    )
