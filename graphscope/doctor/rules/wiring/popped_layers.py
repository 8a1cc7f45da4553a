"""`model.layers.pop()` changes a copy of the list: the model keeps its last layer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct, label

ID = "popped-layers"


@dataclass(frozen=True, slots=True, eq=False)
class _Popped:
    """The statements that pop from the layers of one model, and later uses of its last layer."""

    file: SourceFile
    owner: str
    model: Any
    pops: tuple[ast.Expr, ...]
    uses: tuple[ast.Subscript, ...]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for pops whose model is what the failure is about."""
    failure = case.failure
    if failure is None:
        return
    found = popped(case, failure.site)
    boundary = failure.boundary
    # Nothing else is to be blamed where a model ends as it did before the pop.
    if found is None or (boundary is None and failure.stage == "data"):
        return
    yield tell(case, found, 0.94)


def popped(case: Case, frames: tuple[Frame, ...]) -> _Popped | None:
    """Return the first model of the program whose `layers` are popped from."""
    for file in case.program.files:
        if not case.program.is_own(file.path):
            continue
        pops: dict[str, list[ast.Expr]] = {}
        for node in ast.walk(file.tree):
            owner = _owner(file, node)
            if owner is not None and isinstance(node, ast.Expr):
                pops.setdefault(owner, []).append(node)
        for owner, statements in pops.items():
            value = _value(case, statements[0], frames, file)
            if value is None or not _is_model(value):
                continue
            uses = tuple(_last_uses(file, owner, statements[-1].lineno))
            return _Popped(file, owner, value, tuple(statements), uses)
    return None


def _owner(file: SourceFile, node: ast.AST) -> str | None:
    """Return `model` of the statement `model.layers.pop()`."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    held = call.func.value
    is_pop = call.func.attr == "pop" and isinstance(held, ast.Attribute) and held.attr == "layers"
    return file.segment(held.value) if is_pop and isinstance(held, ast.Attribute) else None


def _value(
    case: Case, statement: ast.Expr, frames: tuple[Frame, ...], file: SourceFile
) -> Any | None:
    call = statement.value
    assert isinstance(call, ast.Call)
    owner = call.func.value.value  # type: ignore[attr-defined]
    for frame in frames:
        if frame.position.file == file.path:
            return live_value(case, owner, frame)
    return None


def _is_model(value: Any) -> bool:
    return any(base.__name__ == "Model" for base in type(value).__mro__)


def _last_uses(file: SourceFile, owner: str, line: int) -> Iterator[ast.Subscript]:
    """Yield `model.layers[-1]` behind the pop."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Subscript) and node.lineno > line:
            index = node.slice
            is_last = isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub)
            if is_last and file.segment(node.value) == f"{owner}.layers":
                yield node


def tell(case: Case, found: _Popped, confidence: float) -> Diagnosis:
    """Return what is to be said of pops that do nothing."""
    place = Place(found.file.path, found.pops[0].lineno)
    uses = [Place(found.file.path, each.lineno) for each in found.uses]
    layers = list(found.model.layers)
    last = label(layers[-1]) if layers else "its last layer"
    count = len(found.pops)
    before = layers[-1 - count] if len(layers) > count else None
    fixes = tuple(_fixes(found, count))
    return Diagnosis(
        ID,
        Severity.ERROR,
        confidence,
        f"`{found.owner}.layers.pop()`{at(case, place)} has no effect: {found.owner}.layers is a "
        f"copy of the list, pop() changes nothing in the model.\n"
        f"{found.owner} still ends with {last}"
        + (f", and {found.owner}.layers[-1] is still {last}" if uses else "")
        + ".\n"
        + (
            f"Take the layer before it: {found.owner}.layers[{-1 - count}] is {label(before)}; or "
            "make a new model that ends there."
            if before is not None
            else "Make a new model that ends before it."
        ),
        places=distinct([*(p for fix in fixes[:1] for p in fix.places[:1]), *uses, place]),
        evidence=(
            code(case, place),
            Evidence("value", f"{found.owner}.layers[-1] is {last} after the pop", place),
            *(
                [Evidence("value", f"{found.owner}.layers[{-1 - count}] is {label(before)}")]
                if before is not None
                else []
            ),
        ),
        fixes=fixes,
    )


def _fixes(found: _Popped, count: int) -> Iterator[Fix]:
    if type(found.model).__name__ == "Sequential":
        editor = Editor(found.file)
        for each in found.pops:
            editor.replace(each, f"{found.owner}.pop()")
        yield from _made(editor, f"Pop from the model itself: {found.owner}.pop()", 0.95)
    if found.uses:
        editor = Editor(found.file)
        for use in found.uses:
            index = use.slice
            assert isinstance(index, ast.UnaryOp)
            number = index.operand.value if isinstance(index.operand, ast.Constant) else 1
            editor.replace(index, str(-(int(str(number)) + count)))
        text = f"{found.owner}.layers[{-1 - count}]"
        yield from _made(editor, f"Take the layer before the popped ones: {text}", 0.9)


def _made(editor: Editor, title: str, likelihood: float) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=RepairClass.A, likelihood=likelihood)
    if fix is not None:
        yield fix
