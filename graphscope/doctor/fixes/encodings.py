"""Labels as numbers and as one-hot rows in the source: where they are turned, and back."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from graphscope.doctor.fixes.arguments import find_argument
from graphscope.doctor.source import SourceFile

_CALLS = {
    "to_categorical": "num_classes",
    "one_hot": "depth",
    "get_dummies": "",
    "OneHotEncoder": "",
}
_NUMBER_NAMES = ("num_classes", "depth", "nb_classes")


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """An expression that turns labels into one-hot rows: `to_categorical(y, n)`, `np.eye(n)[y]`.

    Attributes:
        file, node: the expression.
        name: `to_categorical`, `one_hot`, `eye`.
        labels: what it turns.
        count: the expression of the number of columns, where one is given.
    """

    file: SourceFile
    node: ast.expr
    name: str
    labels: ast.expr
    count: ast.expr | None

    @property
    def text(self) -> str:
        """The expression in one line."""
        return " ".join(self.file.segment(self.node).split())


def encoding_in(file: SourceFile, node: ast.AST) -> Encoding | None:
    """Return the outermost expression within another one that makes one-hot rows."""
    for part in ast.walk(node):
        found = _call(file, part) or _rows_of_identity(file, part)
        if found is not None:
            return found
    return None


def _call(file: SourceFile, node: ast.AST) -> Encoding | None:
    if not isinstance(node, ast.Call) or not node.args:
        return None
    name = function_name(node)
    if name not in _CALLS:
        return None
    count = next((each.value for each in node.keywords if each.arg in _NUMBER_NAMES), None)
    if count is None and len(node.args) > 1:
        count = node.args[1]
    return Encoding(file, node, name, node.args[0], count)


def _rows_of_identity(file: SourceFile, node: ast.AST) -> Encoding | None:
    """Recognise `np.eye(n)[labels]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Call):
        return None
    call = node.value
    while function_name(call) == "astype" and isinstance(call.func, ast.Attribute):
        inner = call.func.value
        if not isinstance(inner, ast.Call):
            return None
        call = inner
    if function_name(call) not in {"eye", "identity"}:
        return None
    count = call.args[0] if call.args else find_argument(call, None, "N")
    return Encoding(file, node, "eye", node.slice, count)


def function_name(call: ast.Call) -> str:
    """Return the last name of what is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
