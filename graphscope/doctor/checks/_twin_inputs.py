"""Which of the reads of one input was meant for another input that nothing reads."""

from __future__ import annotations

import ast
import re

from graphscope.doctor.checks._unused_names import UnusedName


def twin_read(unused: UnusedName, input_name: str) -> ast.Name | None:
    """Return where another input is handed to a layer a second time, in a line that names this one.

    Args:
        unused: the variable of the input that nothing reads.
        input_name: the name of the input itself.
    """
    body: ast.AST = unused.function or unused.file.tree
    wanted = _words(unused.name) | _words(input_name)
    best: tuple[int, ast.Name] | None = None
    for name, reads in _applied_inputs(unused, body).items():
        if len(reads) < 2 or name == unused.name:
            continue
        other = _words(name)
        for read in reads:
            words = _words(ast.unparse(unused.file.statement_of(read)))
            score = len(words & (wanted - other))
            if score and (best is None or score > best[0]):
                best = (score, read)
    return best[1] if best is not None else None


def _applied_inputs(unused: UnusedName, body: ast.AST) -> dict[str, list[ast.Name]]:
    """Return the calls of layers that are given a variable which is an input, by variable."""
    inputs = {
        target.id
        for node in ast.walk(body)
        if isinstance(node, ast.Assign) and _is_input(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, list[ast.Name]] = {}
    for node in ast.walk(body):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in inputs:
            call = unused.file.parent(node)
            if isinstance(call, ast.Call) and node in call.args and not _makes_model(call):
                found.setdefault(node.id, []).append(node)
    return found


def _is_input(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _called(node) == "Input"


def _makes_model(call: ast.Call) -> bool:
    return _called(call) in {"Model", "Functional"}


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _words(text: str) -> set[str]:
    """Return the words of names in a text.

    >>> sorted(_words("recipeWords = recipe_tower(x1)"))
    ['recipe', 'tower', 'words', 'x']
    """
    return {each.lower() for each in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)}
