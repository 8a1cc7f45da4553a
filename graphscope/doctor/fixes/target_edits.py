"""Edits of the targets: wrapped where they are handed over, or changed where they are made."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.target_data import handed_target
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.source import Editor, SourceFile, refer_to

_TAKERS = {"fit", "evaluate", "train_on_batch", "test_on_batch"}


def wrap_handed(  # noqa: PLR0913 - what a fix says of itself, keyword-only
    case: Case,
    comparison: Comparison,
    before: str,
    after: str,
    *,
    title: str,
    likelihood: float,
    reference: str = "",
    is_odd: bool = False,
) -> Fix | None:
    """Return the fix that wraps the targets wherever the file hands them to a model.

    Args:
        case: the case.
        comparison: what the loss was given.
        before, after: the text around the targets; `{ref}` stands for the reference.
        title: what the fix says.
        likelihood: how much the evidence speaks for it.
        reference: a full name such as `keras.utils.to_categorical` that the text needs.
        is_odd: whether only these targets are to be changed, not those of other calls.
    """
    given = handed_target(comparison)
    if given is None or not case.program.is_own(given[0].path):
        return None
    file, node, _ = given
    editor = Editor(file)
    text = ""
    if reference:
        named = refer_to(file, reference)
        named.imported(editor)
        text = named.text
    wrapped = False
    for each in [] if is_odd else _handed(file):
        if type(each) is type(node) and isinstance(each, ast.Name | ast.Attribute | ast.Subscript):
            editor.wrap(each, before.replace("{ref}", text), after)
            wrapped = True
    if not wrapped:
        editor.wrap(node, before.replace("{ref}", text), after)
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)


def _handed(file: SourceFile) -> Iterator[ast.expr]:
    """Yield the targets that a file's calls of `fit` and `evaluate` give."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in _TAKERS:
            continue
        given = next((each.value for each in node.keywords if each.arg == "y"), None)
        if given is None and len(node.args) > 1 and not _starred(node):
            given = node.args[1]
        if given is not None:
            yield given
        validation = next((e.value for e in node.keywords if e.arg == "validation_data"), None)
        if isinstance(validation, ast.Tuple) and len(validation.elts) > 1:
            yield validation.elts[1]


def _starred(call: ast.Call) -> bool:
    return any(isinstance(each, ast.Starred) for each in call.args)


def change_made(
    case: Case, step: Step, before: str, after: str, *, title: str, likelihood: float
) -> Fix | None:
    """Return the fix that puts text around the expression that made the labels."""
    if not case.program.is_own(step.file.path):
        return None
    editor = Editor(step.file)
    node = step.node
    if before == "" and needs_parentheses(node):
        before, after = "(", f"){after}"
    editor.wrap(node, before, after)
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)


def needs_parentheses(node: ast.expr) -> bool:
    """Whether an operator behind an expression would bind to a part of it."""
    return isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare | ast.IfExp | ast.BoolOp
                      | ast.Lambda | ast.NamedExpr)  # fmt: skip


def count_text(case: Case, file: SourceFile, node: ast.AST, value: int) -> str:
    """Return how a place may write a number: by a plain name that holds it, else itself."""
    names = [name for name in named_values(case, file, node, value) if _is_telling(name)]
    return names[0] if names else str(value)


def _is_telling(name: str) -> bool:
    # Of all variables with the value, those that are spelt like counts of classes are meant.
    lower = name.lower()
    return any(part in lower for part in ("class", "label", "categor", "num", "n_", "count"))


def label_maker(case: Case, steps: list[Step]) -> Step | None:
    """Return the expression of a library, or the arithmetic, that made the array of labels.

    Names, slices and the user's own functions only hand the array on.
    """
    for step in steps:
        node = step.node
        if isinstance(node, ast.BinOp):
            return step
        if not isinstance(node, ast.Call) or _is_tuple(step) or _is_own(case, node):
            continue
        return step
    return None


def _is_own(case: Case, call: ast.Call) -> bool:
    """Whether a function, method or class of the program's own is called."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    for file in case.program.files:
        if file.functions(name) or file.classes(name):
            return True
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
                return True
    return False


def _is_tuple(step: Step) -> bool:
    """Whether the expression gives several arrays: it is unpacked."""
    parent = step.file.parent(step.node)
    return (
        isinstance(parent, ast.Assign)
        and isinstance(parent.targets[0], ast.Tuple | ast.List)
        and parent.value is step.node
    )
