"""Fixes of the shape that a weight is made with: one entry of `add_weight(shape=(...))`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import Origin
from graphscope.doctor.source import Editor, SourceFile


def resize_weight(
    case: Case,
    layer: Any,
    origin: Origin,
    axis: int,
    wanted: int,
    *,
    is_square: bool = False,
    likelihood: float = 0.9,
) -> Iterator[Fix]:
    """Yield the edits that give one axis of a weight another size.

    Args:
        case: the case.
        layer: the layer that owns the weight; its attributes are names for sizes.
        origin: where the size came from, beginning at `add_weight(shape=...)`.
        axis: of the weight.
        wanted: the size.
        is_square: whether an equal entry for another axis is to change with it.
        likelihood: of the first edit.
    """
    node, file = origin.node, origin.file
    if not isinstance(node, ast.Tuple | ast.List) or file is None or not node.elts:
        return
    if not case.program.is_own(file.path) or not -len(node.elts) <= axis < len(node.elts):
        return
    entry = node.elts[axis]
    names = [
        f"self.{name}"
        for name, held in getattr(layer, "__dict__", {}).items()
        if type(held) is int and held == wanted and not name.startswith("_")
    ]
    names = [*_of_inputs(case, layer, file, node, wanted), *names]
    for rank, text in enumerate(dict.fromkeys([*names[:2], str(wanted)])):
        if text == file.segment(entry):
            continue
        editor = Editor(file)
        for each in node.elts:
            if each is entry or (is_square and file.segment(each) == file.segment(entry)):
                editor.replace(each, text)
        fix = make_fix(
            editor,
            f"Give the weight {text} instead of {file.segment(entry)} along axis {axis}",
            repair_class=RepairClass.A if rank == 0 and names else RepairClass.B,
            likelihood=likelihood - 0.15 * rank if names else likelihood - 0.3,
        )
        if fix is not None:
            yield fix


def _of_inputs(case: Case, layer: Any, file: SourceFile, node: ast.expr, wanted: int) -> list[str]:
    """Return the widths of a layer's inputs, as `build` names their shapes."""
    call = next((each for each in case.recording.calls if each.operation is layer), None)
    function = file.function_of(node)
    for each in ast.walk(function) if function is not None and call is not None else ():
        target = each.targets[0] if isinstance(each, ast.Assign) else None
        if not isinstance(target, ast.Tuple) or not isinstance(each.value, ast.Name):  # type: ignore[attr-defined]
            continue
        assert call is not None
        return [
            f"{name.id}[-1]"
            for name, spec in zip(target.elts, call.input_specs, strict=False)
            if isinstance(name, ast.Name) and spec.shape and spec.shape[-1] == wanted
        ]
    return []
