"""Edits of what is given to `set_weights`: the list itself, and where a matrix is made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.loading import UserCall
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import Origin
from graphscope.doctor.source import Editor, refer_to


def count_fixes(case: Case, call: UserCall, weights: list[Any], given: list[Any]) -> list[Fix]:
    """Return the edits for a list of another length than the layer has weights."""
    if not call.node.args or not case.program.is_own(call.file.path):
        return []
    argument = call.node.args[0]
    found: list[Fix | None] = []
    if not isinstance(argument, ast.List | ast.Tuple):
        if len(weights) == 1:
            editor = Editor(call.file).wrap(argument, "[", "]")
            title = "Put the array in a list: [array]"
            found.append(make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.95))
        return [fix for fix in found if fix is not None]
    if len(given) < len(weights) and argument.elts:
        found.append(_with_zeros(call, argument, weights[len(given) :]))
        found.append(_with_present(call, argument, len(given)))
    elif len(given) > len(weights) and len(argument.elts) == len(given):
        editor = Editor(call.file)
        for element in argument.elts[len(weights) :]:
            editor.remove_element(argument, element)
        title = f"Give the first {len(weights)} arrays only"
        found.append(make_fix(editor, title, likelihood=0.6))
    return [fix for fix in found if fix is not None]


def _with_zeros(call: UserCall, argument: ast.List | ast.Tuple, missing: list[Any]) -> Fix | None:
    zeros = refer_to(call.file, "numpy.zeros")
    texts = [f"{zeros.text}({tuple(each.shape)})" for each in missing]
    names = ", ".join(str(each.name) for each in missing)
    editor = zeros.imported(Editor(call.file))
    editor.insert_element_after(argument.elts[-1], ", ".join(texts))
    return make_fix(editor, f"Give zeros for the missing {names}", likelihood=0.7)


def _with_present(call: UserCall, argument: ast.List | ast.Tuple, count: int) -> Fix | None:
    """Keep what the layer has for the rest."""
    if not isinstance(call.node.func, ast.Attribute):
        return None
    owner = call.file.segment(call.node.func.value)
    editor = Editor(call.file)
    editor.insert_element_after(argument.elts[-1], f"*{owner}.get_weights()[{count}:]")
    return make_fix(editor, "Keep the layer's own values for the missing weights", likelihood=0.6)


def matrix_fixes(case: Case, source: Origin | None, given: int, needed: int) -> Iterator[Fix]:
    """Yield the edits of the literal that gave a matrix its size, where it is made."""
    seen: set[int] = set()
    for step in source.walk() if source else ():
        node, file = step.node, step.file
        if file is None or node is None or not case.program.is_own(file.path):
            continue
        for part in ast.walk(node):
            is_size = isinstance(part, ast.Constant) and part.value == given
            if not is_size or id(part) in seen or not isinstance(part, ast.Constant):
                continue
            seen.add(id(part))
            editor = Editor(file).replace(part, str(needed))
            title = f"Make the array with {needed} instead of {given}"
            fix = make_fix(editor, title, repair_class=RepairClass.C, likelihood=0.6)
            if fix is not None:
                yield fix
        if seen:
            return
    yield from _one_more(case, source, given, needed)


def _one_more(case: Case, source: Origin | None, given: int, needed: int) -> Iterator[Fix]:
    """`np.zeros((len(words), dim))` with one row too few or too many."""
    if abs(given - needed) != 1:
        return
    for step in source.walk() if source else ():
        node, file = step.node, step.file
        if file is None or not isinstance(node, ast.Call) or not case.program.is_own(file.path):
            continue
        sizes = node.args[0].elts if node.args and isinstance(node.args[0], ast.Tuple) else []
        for size in sizes[:1]:
            editor = Editor(file).wrap(size, "", " + 1" if needed > given else " - 1")
            title = f"Make the array with {needed} rows: {file.segment(size)} gives {given}"
            fix = make_fix(editor, title, likelihood=0.85)
            if fix is not None:
                yield fix
            return
