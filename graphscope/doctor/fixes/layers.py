"""Fixes that put a layer before or after another one, or take one out."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import Placement, placement_of
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, refer_to


def insert_before(  # noqa: PLR0913 - what a fix says of itself, keyword-only
    case: Case,
    layer: Any,
    class_name: str,
    arguments: str = "",
    *,
    call: CallRecord | None = None,
    title: str,
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
) -> Fix | None:
    """Return the fix that passes a layer's input through a new, weightless layer first.

    Args:
        case: the case.
        layer: the layer whose input is to change.
        class_name: a class of `keras.layers`: `Flatten`.
        arguments: the source of the new layer's arguments.
        call: the call of `layer` in question.
        title: what the fix says.
        repair_class: how much intent it presumes.
        likelihood: how much the evidence speaks for it.
    """
    placement = placement_of(case, layer, call)
    if placement is None or not case.program.is_own(placement.file.path):
        return None
    reference = refer_to(placement.file, f"keras.layers.{class_name}")
    text = f"{reference.text}({arguments})"
    editor = reference.imported(Editor(placement.file))
    _put_before(editor, placement, text)
    return make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)


def insert_after(  # noqa: PLR0913 - what a fix says of itself, keyword-only
    case: Case,
    layer: Any,
    class_name: str,
    arguments: str = "",
    *,
    call: CallRecord | None = None,
    title: str,
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
) -> Fix | None:
    """Return the fix that passes a layer's output through a new, weightless layer.

    The arguments are those of `insert_before`.
    """
    placement = placement_of(case, layer, call)
    if placement is None or not case.program.is_own(placement.file.path):
        return None
    reference = refer_to(placement.file, f"keras.layers.{class_name}")
    editor = reference.imported(Editor(placement.file))
    _put_after(editor, placement, f"{reference.text}({arguments})")
    return make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)


def remove(
    case: Case,
    layer: Any,
    *,
    call: CallRecord | None = None,
    title: str,
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
) -> Fix | None:
    """Return the fix that takes a layer out of its model; its input goes on in its place."""
    placement = placement_of(case, layer, call)
    if placement is None or not case.program.is_own(placement.file.path):
        return None
    editor, file = Editor(placement.file), placement.file
    statement = file.statement_of(placement.node)
    if placement.kind == "applied" and _only_passes(placement, statement):
        editor.delete(statement)
    elif placement.kind == "applied" and placement.given is not None:
        editor.replace(placement.node, file.segment(placement.given))
    elif placement.kind == "added":
        editor.delete(file.statement_of(placement.node))
    elif isinstance(container := file.parent(placement.node), ast.List | ast.Tuple):
        editor.remove_element(container, placement.node)
    return make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)


def _only_passes(placement: Placement, statement: ast.stmt) -> bool:
    """Whether a statement is `x = layer(x)`: without the layer it does nothing."""
    return (
        isinstance(statement, ast.Assign)
        and statement.value is placement.node
        and placement.given is not None
        and [placement.file.segment(each) for each in statement.targets]
        == [placement.file.segment(placement.given)]
    )


def _put_before(editor: Editor, placement: Placement, text: str) -> None:
    file = placement.file
    if placement.kind == "element":
        editor.insert_element_before(placement.node, text)
    elif placement.kind == "added":
        editor.insert_before(file.statement_of(placement.node), _added(placement, text))
    elif placement.given is not None:
        editor.wrap(placement.given, f"{text}(", ")")


def _put_after(editor: Editor, placement: Placement, text: str) -> None:
    file = placement.file
    if placement.kind == "element":
        editor.insert_element_after(placement.node, text)
    elif placement.kind == "added":
        editor.insert_after(file.statement_of(placement.node), _added(placement, text))
    else:
        editor.wrap(placement.node, f"{text}(", ")")


def _added(placement: Placement, text: str) -> str:
    """Return the statement that adds a layer the way the one at hand is added."""
    call = placement.file.parent(placement.node)
    assert isinstance(call, ast.Call)
    return f"{placement.file.segment(call.func)}({text})"
