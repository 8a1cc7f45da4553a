"""A model class that is used without parentheses: `model = Sequential`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.editing import Editor
from graphscope.doctor.static.names import qualified
from graphscope.doctor.static.telling_source import diagnose, make_fix

ID = "class-not-instantiated"

_METHODS = ("add", "compile", "fit", "summary", "build", "predict")
"""Methods that make sense on a model only."""


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Look at assignments of the class itself whose name is then used as a model."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target, value = node.targets[0], node.value
        if qualified(file, value) != "keras.Sequential" or not isinstance(target, ast.Name):
            continue
        use = _first_use(file, node, target.id)
        if use is None:
            continue
        yield diagnose(
            ID,
            file,
            node,
            severity=Severity.ERROR,
            confidence=0.97,
            problem=f"{target.id!r} is the class Sequential itself, not a model: the parentheses "
            f"are missing. {file.line_text(use.lineno)!r} in line {use.lineno} needs a model.",
            remedy=f"Write {target.id} = {file.segment(value)}().",
            also=(use,),
            fixes=(
                make_fix(
                    f"Call the class: {file.segment(value)}()",
                    Editor(file).replace(value, f"{file.segment(value)}()"),
                ),
            ),
        )


def _first_use(file: SourceFile, made: ast.Assign, name: str) -> ast.Call | None:
    uses = (
        node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _METHODS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
        and node.lineno > made.lineno
        and file.function_of(node) is file.function_of(made)
    )
    return min(uses, key=lambda node: node.lineno, default=None)
