"""Fixes of the shape that a weight is made with: one entry of `add_weight(shape=(...))`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import Origin
from graphscope.doctor.source import Editor


def resize_weight(
    case: Case, layer: Any, origin: Origin, axis: int, wanted: int, *, likelihood: float = 0.9
) -> Iterator[Fix]:
    """Yield the edits that give one axis of a weight another size.

    Args:
        case: the case.
        layer: the layer that owns the weight; its attributes are names for sizes.
        origin: where the size came from, beginning at `add_weight(shape=...)`.
        axis: of the weight.
        wanted: the size.
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
        for name, held in vars(layer).items()
        if type(held) is int and held == wanted and not name.startswith("_")
    ]
    for rank, text in enumerate(dict.fromkeys([*names[:2], str(wanted)])):
        if text == file.segment(entry):
            continue
        editor = Editor(file)
        for each in node.elts:  # a square table has one size written twice
            if file.segment(each) == file.segment(entry):
                editor.replace(each, text)
        fix = make_fix(
            editor,
            f"Give the weight {text} instead of {file.segment(entry)} along axis {axis}",
            repair_class=RepairClass.A if rank == 0 and names else RepairClass.B,
            likelihood=likelihood - 0.15 * rank if names else likelihood - 0.3,
        )
        if fix is not None:
            yield fix
