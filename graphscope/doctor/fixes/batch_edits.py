"""Edits that give data one batch axis, where it stands in front."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.facts.data_steps import DataStep
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.looking import MISSING, look
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import binds_loosely
from graphscope.doctor.records import DataSummary
from graphscope.doctor.source import Editor, refer_to


def slice_instead_of_index(part: Part) -> Fix | None:
    """Take one row as a slice: `x[-1:]` instead of `x[-1]`."""
    for step in part.steps:
        if not isinstance(step.node, ast.Subscript) or not _is_own(part, step):
            continue
        key = step.node.slice
        text = _as_slice(step, key)
        if text is None:
            return None
        new = f"{step.file.segment(step.node.value)}[{text}]"
        return make_fix(
            Editor(step.file).replace(step.node, new),
            f"Take the sample as a slice, which keeps the batch axis: `{new}` instead of "
            f"`{step.text}`",
            repair_class=RepairClass.A,
            likelihood=0.95,
        )
    return None


def _as_slice(step: DataStep, key: ast.expr) -> str | None:
    """Return the slice that holds one row; None when the key is not one index."""
    text = step.file.segment(key)
    value = look(key, step.frame) if step.frame is not None else MISSING
    if isinstance(key, ast.Name | ast.Attribute) and (value is MISSING or isinstance(value, int)):
        return f"{text} : {text} + 1"
    value = constant_of(key)
    if not isinstance(value, int):
        return None
    return "-1:" if value == -1 else f"{value}:{value + 1}"


def constant_of(node: ast.expr) -> object:
    """Return the number that is written out; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = constant_of(node.operand)
        return -inner if isinstance(inner, int) else None
    return node.value if isinstance(node, ast.Constant) else None


def move_new_axis(part: Part) -> Fix | None:
    """Add the new axis in front, where it was added elsewhere."""
    for step in part.steps:
        if not _is_own(part, step):
            continue
        node = step.node
        if isinstance(node, ast.Call) and function_name(node) == "expand_dims":
            given = next((e.value for e in node.keywords if e.arg == "axis"), None)
            given = given or (node.args[1] if len(node.args) > 1 else None)
            if given is not None:
                editor = Editor(step.file).replace(given, "0")
                return _moved(editor, f"{function_name(node)} with axis=0")
        if isinstance(node, ast.Subscript) and _without_new_axis(node) is not None:
            new = f"{step.file.segment(node.value)}[None]"
            return _moved(Editor(step.file).replace(node, new), f"`{new}`")
        if isinstance(node, ast.Call) and function_name(node) == "reshape" and part.mismatch:
            sizes = ", ".join(str(each) for each in (1, *part.mismatch.sample))
            return _moved(_reshaped(step, node, f"({sizes})"), f"reshape to ({sizes})")
    return None


def _reshaped(step: DataStep, node: ast.Call, text: str) -> Editor:
    editor = Editor(step.file)
    if len(node.args) == 1:
        return editor.replace(node.args[0], text)
    function = step.file.segment(node.func)
    return editor.replace(node, f"{function}{text}")


def _moved(editor: Editor, how: str) -> Fix | None:
    return make_fix(
        editor,
        f"Put the batch axis in front: {how}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )


def _is_new(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value is None) or (
        isinstance(node, ast.Attribute) and node.attr == "newaxis"
    )


def _is_whole(node: ast.expr) -> bool:
    """Whether a subscript takes all of an axis, or of several."""
    if isinstance(node, ast.Slice):
        return node.lower is None and node.upper is None and node.step is None
    return isinstance(node, ast.Constant) and node.value is Ellipsis


_STACKING = {"array", "asarray", "stack"}


def concatenate_rows(part: Part) -> Fix | None:
    """Join batches of one row, where they were put into one array: `vstack` for `array`."""
    shape = part.shape or ()
    if len(shape) < 3 or shape[1] != 1:
        return None
    for step in part.steps:
        node = step.node
        if not isinstance(node, ast.Call) or function_name(node) not in _STACKING:
            continue
        if not _is_own(part, step) or not node.args or step.shape not in (None, shape):
            continue
        if not isinstance(node.args[0], ast.ListComp | ast.GeneratorExp | ast.Name | ast.List):
            continue
        join = refer_to(step.file, "numpy.concatenate")
        text = f"{join.text}({step.file.segment(node.args[0])})"
        return make_fix(
            join.imported(Editor(step.file)).replace(node, text),
            f"Join the rows along the axis they have: {join.text}, np.vstack, instead of "
            f"{step.file.segment(node.func)}, which adds another",
            repair_class=RepairClass.A,
            likelihood=0.9,
        )
    return None


def drop_axis(part: Part) -> Fix | None:
    """Take away the expression that added a needless axis."""
    for step in part.steps:
        inner = _without_new_axis(step.node)
        if inner is not None and _is_own(part, step):
            text = step.file.segment(inner)
            return make_fix(
                Editor(step.file).replace(step.node, text),
                f"Do not add a batch axis to data that has one: `{text}` instead of `{step.text}`",
                repair_class=RepairClass.A,
                likelihood=0.92,
            )
    return None


def _without_new_axis(node: ast.expr) -> ast.expr | None:
    if isinstance(node, ast.Subscript):
        keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        rest = [each for each in keys if not _is_new(each)]
        plain = all(_is_whole(each) for each in rest)
        return node.value if len(rest) == len(keys) - 1 and plain else None
    if isinstance(node, ast.Call) and node.args:
        first = node.args[0]
        if function_name(node) == "expand_dims":
            return first
        single = isinstance(first, ast.List) and len(first.elts) == 1
        if function_name(node) in {"array", "asarray", "stack"} and single:
            assert isinstance(first, ast.List)
            return first.elts[0]
    if isinstance(node, ast.List) and len(node.elts) == 1:
        return node.elts[0]
    return None


def batch_yielded(part: Part) -> Iterator[Fix | None]:
    """Give what a generator yields, inputs and targets, a batch axis of one."""
    step = next((each for each in part.steps if _yielded(each) is not None), None)
    returned = _yielded(step) if step is not None else None
    if step is None or returned is None or not _is_own(part, step):
        return
    batch = part.handover.everything
    editor = Editor(step.file)
    elements = returned.elts if isinstance(returned, ast.Tuple | ast.List) else [returned]
    parts = list(batch) if isinstance(batch, tuple) else [batch]
    for element, summary in zip(elements, parts, strict=False):
        _add_axis(editor, element, summary)
    yield make_fix(
        editor,
        "Yield batches of one: give inputs and targets a batch axis with [None]",
        repair_class=RepairClass.A,
        likelihood=0.92,
    )


def _add_axis(editor: Editor, element: ast.expr, summary: Any) -> None:
    if isinstance(element, ast.Tuple | ast.List):
        rest = summary if isinstance(summary, list | tuple) else [None] * len(element.elts)
        for inner, part in zip(element.elts, rest, strict=False):
            _add_axis(editor, inner, part)
    elif isinstance(element, ast.Dict):
        for inner in element.values:
            _add_axis(editor, inner, None)
    elif isinstance(summary, DataSummary):
        loose = binds_loosely(element)
        editor.wrap(element, "(" if loose else "", ")[None]" if loose else "[None]")
    else:
        array = refer_to(editor.file, "numpy.array")
        array.imported(editor)
        editor.wrap(element, f"{array.text}([", "])")


def _yielded(step: DataStep) -> ast.expr | None:
    for node in step.file.ancestors(step.node):
        if isinstance(node, ast.Yield | ast.Return) and node.value is not None:
            return node.value
        if isinstance(node, ast.stmt):
            return None
    return None


def _is_own(part: Part, step: DataStep) -> bool:
    return part.handover.case.program.is_own(step.file.path)
