"""Arguments that depend on the turn of a loop: true for all layers but the last."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from graphscope.doctor.source import Editor, SourceFile

_Loop = ast.For | ast.comprehension


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """How a loop is told that it is not at its last turn.

    Attributes:
        text: the condition: `index < len(units) - 1`.
        target: new source of the loop's variable, when it has to change.
        iterable: new source of what it goes through.
    """

    text: str
    target: str | None
    iterable: str | None
    loop: _Loop

    def write(self, editor: Editor) -> Editor:
        """Make the loop count its turns."""
        if self.target is not None:
            editor.replace(self.loop.target, self.target)
        if self.iterable is not None:
            editor.replace(self.loop.iter, self.iterable)
        return editor


def loop_around(file: SourceFile, node: ast.AST) -> _Loop | None:
    """Return the innermost loop or comprehension that runs a node, inside of its function."""
    for around in file.ancestors(node):
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return None
        if isinstance(around, ast.For):
            return around
        if isinstance(around, ast.ListComp | ast.GeneratorExp) and len(around.generators) == 1:
            return around.generators[0]
    return None


def not_last(file: SourceFile, loop: _Loop) -> Turn | None:
    """Return the condition of not being at the last turn; None where it cannot be written."""
    made = loop.iter
    if isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and not made.keywords:
        if made.func.id == "range" and len(made.args) in (1, 2):
            return _of_range(file, loop, file.segment(made.args[-1]))
        if made.func.id == "enumerate" and len(made.args) == 1:
            return _of_enumerate(file, loop, made.args[0])
        if made.func.id == "zip" and made.args:
            length = _length(file, made.args[0])
            return _counted(file, loop, length) if length else None
        return None
    length = _length(file, made)
    return _counted(file, loop, length) if length else None


def _of_range(file: SourceFile, loop: _Loop, stop: str) -> Turn | None:
    if not isinstance(loop.target, ast.Name):
        return None
    last = _less_one(stop)
    if loop.target.id != "_":
        return Turn(f"{loop.target.id} < {last}", None, None, loop)
    name = _new_name(file)
    return Turn(f"{name} < {last}", name, None, loop)


def _of_enumerate(file: SourceFile, loop: _Loop, iterated: ast.expr) -> Turn | None:
    target, length = loop.target, _length(file, iterated)
    if not isinstance(target, ast.Tuple) or not isinstance(target.elts[0], ast.Name):
        return None
    return Turn(f"{target.elts[0].id} < {_less_one(length)}", None, None, loop) if length else None


def _counted(file: SourceFile, loop: _Loop, length: str) -> Turn:
    name = _new_name(file)
    target = file.segment(loop.target)
    if isinstance(loop.target, ast.Tuple) and not target.startswith("("):
        target = f"({target})"
    iterable = f"enumerate({file.segment(loop.iter)})"
    return Turn(f"{name} < {_less_one(length)}", f"{name}, {target}", iterable, loop)


def _length(file: SourceFile, iterated: ast.expr) -> str | None:
    """Return the source of how many turns there are; None for what may be gone once it is read."""
    if isinstance(iterated, ast.List | ast.Tuple):
        plain = not any(isinstance(each, ast.Starred) for each in iterated.elts)
        return str(len(iterated.elts)) if plain else f"len({file.segment(iterated)})"
    if isinstance(iterated, ast.Name | ast.Attribute | ast.Subscript):
        return f"len({file.segment(iterated)})"
    if isinstance(iterated, ast.Call) and file.segment(iterated.func) == "reversed":
        return _length(file, iterated.args[0])
    return None


def _less_one(text: str) -> str:
    """Return the source of a number less one.

    >>> _less_one("4"), _less_one("depth"), _less_one("a or b")
    ('3', 'depth - 1', '(a or b) - 1')
    """
    if text.isdigit():
        return str(int(text) - 1)
    node = ast.parse(f"({text})", mode="eval").body
    simple = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
    return f"{text} - 1" if simple else f"({text}) - 1"


def _new_name(file: SourceFile) -> str:
    """Return a name for the number of the turn that the file does not use yet."""
    taken = {each.id for each in ast.walk(file.tree) if isinstance(each, ast.Name)}
    return next((name for name in ("index", "turn", "position") if name not in taken), "turn_")
