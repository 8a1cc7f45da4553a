"""Lists that are shorter than the loop that goes through them: made as long as another setting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.facts.failing import Failing
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import trace_value
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import where


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """How a list got its length.

    Attributes:
        file, node: the expression that made it.
        length: the part of it that says how long.
    """

    file: SourceFile
    node: ast.expr
    length: ast.expr


def told_length(found: Failing, node: ast.Subscript, index: int) -> str:
    """Return which expressions gave the list its length and the loop its end."""
    made, end = _made(found, node.value), _end_of_loop(found, node.slice)
    if made is None or end is None:
        return ""
    length = made.file.segment(made.length)
    line = where(found.case, _place(made))
    return (
        f"\nThe list is made with length {length} at {line}, and the loop goes to {end[1]}, past "
        f"its end (index {index} needs at least {index + 1} elements): the list is too short. Make "
        f"it as long as {end[1]} says."
    )


def list_made_longer(found: Failing, node: ast.Subscript, index: int) -> Iterator[Fix]:
    """Yield the fixes that make the list as long as the loop needs."""
    made, end = _made(found, node.value), _end_of_loop(found, node.slice)
    if made is None or not found.case.program.is_own(made.file.path):
        return
    before = made.file.segment(made.length)
    texts: list[tuple[str, float]] = []
    if end is not None:
        texts += [(text, 0.93) for text in _as_there(made, end[1])]
    if isinstance(made.length, ast.Constant):
        texts.append((str(index + 1), 0.8))
    for text, likelihood in texts:
        if text != before:
            fix = make_fix(
                Editor(made.file).replace(made.length, text),
                f"Make the list as long as it is used: {text} instead of {before}",
                repair_class=RepairClass.A,
                likelihood=likelihood,
            )
            if fix is not None:
                yield fix


def _place(made: Made) -> Place:
    return Place(made.file.path, made.node.lineno)


def _made(found: Failing, node: ast.expr) -> Made | None:
    """Return how a list was made: `[x] * n`, or a comprehension over `range(n)`."""
    for step in trace_value(found.case, node, found.frame).walk():
        made, file = step.node, step.file
        if file is None or not isinstance(made, ast.expr):
            continue
        if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Mult):
            for one, other in ((made.left, made.right), (made.right, made.left)):
                if isinstance(one, ast.List):
                    return Made(file, made, other)
        if isinstance(made, ast.ListComp) and (end := _range_end(made.generators[0].iter)):
            return Made(file, made, end)
    return None


def _end_of_loop(found: Failing, index: ast.expr) -> tuple[SourceFile, str] | None:
    """Return the end of the loop that counts an index: here, or where the function is called."""
    file, node = found.file, index
    if not isinstance(node, ast.Name):
        return None
    for definition in definitions_of(file, node, node)[:1]:
        if definition.kind == "loop" and definition.value is not None:
            end = _range_end(definition.value)
            return (definition.file, definition.file.segment(end)) if end is not None else None
    for step in trace_value(found.case, node, found.frame).walk():
        if step.file is not None and isinstance(step.node, ast.expr):
            end = _range_end(step.node)
            if end is not None:
                return step.file, step.file.segment(end)
            for loop in step.file.ancestors(step.node):
                named = isinstance(loop, ast.For) and ast.unparse(loop.target)
                if isinstance(loop, ast.For) and named == ast.unparse(step.node):
                    end = _range_end(loop.iter)
                    return (step.file, step.file.segment(end)) if end is not None else None
    return None


def _range_end(node: ast.expr) -> ast.expr | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return None
    if node.func.id != "range" or not node.args:
        return None
    return node.args[1] if len(node.args) > 1 else node.args[0]


def _as_there(made: Made, text: str) -> Iterator[str]:
    """Yield the end of the loop as it can be written where the list is made."""
    function = made.file.function_of(made.node)
    known = {each.id for each in ast.walk(function or made.file.tree) if isinstance(each, ast.Name)}
    if isinstance(function, ast.FunctionDef):
        known |= {each.arg for each in function.args.args}
    tree = ast.parse(text, mode="eval").body
    names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    if names - {"len"} <= known:
        yield text
    # In `__init__`, `self.settings` may not be there yet, and `settings` is.
    short = text.removeprefix("self.")
    first = short.split("[")[0].split(".")[0]
    if short != text and first in known:
        yield short
