"""`add_weight` with the name first, where Keras 3 takes the shape first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.editing import Editor
from graphscope.doctor.static.names import literal
from graphscope.doctor.static.telling_source import diagnose, make_fix

ID = "add-weight-name-first"


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Look at the first argument of every `self.add_weight`."""
    for node in ast.walk(file.tree):
        if not _is_add_weight(node) or not node.args:
            continue
        first = node.args[0]
        if not isinstance(literal(first), str) or any(k.arg == "name" for k in node.keywords):
            continue
        owner = file.class_of(node)
        yield diagnose(
            ID,
            file,
            node,
            severity=Severity.ERROR,
            confidence=0.95,
            problem=f"The first argument of add_weight is the shape in Keras 3, and received the "
            f"name {file.segment(first)}.",
            remedy=f"Pass it by name: name={file.segment(first)}.",
            layer=owner.name if owner else None,
            fixes=(make_fix(f"Pass name={file.segment(first)}", _by_name(file, node, first)),),
        )


def _is_add_weight(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "add_weight"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    )


def _by_name(file: SourceFile, call: ast.Call, first: ast.expr) -> Editor:
    """Give the name its keyword; a shape behind it needs one too, to stay behind a keyword."""
    editor = Editor(file).replace(first, f"name={file.segment(first)}")
    if len(call.args) > 1:
        editor.replace(call.args[1], f"shape={file.segment(call.args[1])}")
    return editor
