"""Edits that bring data to another size: pictures resized, sequences padded or cut."""

from __future__ import annotations

import ast

from graphscope.doctor.facts.data_steps import DataStep
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.source import Editor, refer_to


def wanted_text(part: Part, wanted: int) -> str:
    """Return how the call may write a size: by a name that holds it, else as a number."""
    if part.expression is None:
        return str(wanted)
    file, node, _ = part.expression
    return next(iter(named_values(part.handover.case, file, node, wanted)), str(wanted))


def resized(part: Part, rows: int | None, columns: int | None) -> Fix | None:
    """Resize pictures where they are handed over."""
    assert part.expression is not None
    file, node, _ = part.expression
    if not part.handover.case.program.is_own(file.path):
        return None
    editor = Editor(file)
    resize = refer_to(file, "keras.ops")
    resize.imported(editor)
    editor.wrap(node, f"{resize.text}.image.resize(", f", ({rows}, {columns}))")
    return make_fix(
        editor,
        f"Resize the images to {rows}x{columns} at the call",
        repair_class=RepairClass.B,
        likelihood=0.6,
    )


def padded(part: Part, wanted: int) -> Fix | None:
    """Pad or cut sequences where that is done, else where they are handed over."""
    step = _padding_step(part.steps)
    if step is not None and part.handover.case.program.is_own(step.file.path):
        assert isinstance(step.node, ast.Call)
        return make_fix(
            Editor(step.file).set_keyword(step.node, "maxlen", wanted_text(part, wanted)),
            f"Pad or cut the sequences to maxlen={wanted}",
            repair_class=RepairClass.B,
            likelihood=0.7,
        )
    if part.expression is None or not part.handover.case.program.is_own(part.expression[0].path):
        return None
    file, node, _ = part.expression
    editor = Editor(file)
    pad = refer_to(file, "keras.utils.pad_sequences")
    pad.imported(editor)
    editor.wrap(node, f"{pad.text}(", f", maxlen={wanted_text(part, wanted)})")
    return make_fix(
        editor,
        f"Pad or cut the sequences to maxlen={wanted} at the call",
        repair_class=RepairClass.B,
        likelihood=0.5,
    )


def _padding_step(steps: list[DataStep]) -> DataStep | None:
    return next(
        (
            each
            for each in steps
            if isinstance(each.node, ast.Call) and function_name(each.node) == "pad_sequences"
        ),
        None,
    )
