"""Lengths of targets that were padded or cut by a call without the argument that says how long."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from graphscope.doctor.facts.comparison import Comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.constants import settings_with
from graphscope.doctor.fixes.siblings import SiblingArgument, sibling_arguments
from graphscope.doctor.fixes.size_repairs import Conflict, Repair
from graphscope.doctor.origins import UNKNOWN, trace_value
from graphscope.doctor.source import Editor


def length_fixes(
    comparison: Comparison, steps: Sequence[Step], conflict: Conflict
) -> Iterator[Repair]:
    """Yield fixes that give a call the length that another call of the function is given."""
    case = comparison.case
    for step in steps:
        call = _call(step.node)
        if call is None or not case.program.is_own(step.file.path):
            continue
        for sibling in sibling_arguments(case, step.file, call):
            if any(each.arg == sibling.name for each in call.keywords):
                continue
            if _value(comparison, step, sibling, conflict.got) != conflict.got:
                continue
            fix = _given(step, call, sibling, conflict.got)
            if fix is not None:
                yield Repair(fix)


def _call(node: ast.expr) -> ast.Call | None:
    return node if isinstance(node, ast.Call) else None


def _value(comparison: Comparison, step: Step, sibling: SiblingArgument, size: int) -> object:
    """Evaluate a sibling's argument where the call stands."""
    try:
        node = ast.parse(sibling.text, mode="eval").body
    except SyntaxError:
        return None
    if isinstance(node, ast.Constant):
        return node.value
    original = _original(step, sibling)
    if original is None:
        return None
    value = trace_value(comparison.case, original, None, file=step.file).value
    return _by_name(comparison, original, size) if value is UNKNOWN else value


def _by_name(comparison: Comparison, node: ast.expr, size: int) -> object:
    """Return the value of a setting of the program that is called so, of a parameter's field."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    names = {
        each.name.strip("-").replace("-", "_") for each in settings_with(comparison.case, size)
    }
    return size if name in names else UNKNOWN


def _original(step: Step, sibling: SiblingArgument) -> ast.expr | None:
    """Return the expression itself, in the call that gives it."""
    for node in ast.walk(step.file.tree):
        if isinstance(node, ast.Call) and node.lineno == sibling.line:
            for keyword in node.keywords:
                if keyword.arg == sibling.name:
                    return keyword.value
    return None


def _given(step: Step, call: ast.Call, sibling: SiblingArgument, size: int) -> Fix | None:
    text = f"{sibling.name}={sibling.text}"
    name = step.file.segment(call.func).rpartition(".")[2]
    return make_fix(
        Editor(step.file).set_keyword(call, sibling.name, sibling.text),
        f"Pass {text} ({size}) to {name}, as at line {sibling.line}: {name} without {sibling.name} "
        "uses the longest row",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
