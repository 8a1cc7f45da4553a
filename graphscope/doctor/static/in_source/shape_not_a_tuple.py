"""An input shape that is a number where a tuple is needed: `Input(shape=(784))`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.editing import Editor
from graphscope.doctor.static.names import argument, called, layer_class, literal
from graphscope.doctor.static.telling_source import diagnose, make_fix

ID = "shape-not-a-tuple"


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Look at the shapes of inputs and at `input_shape` of layers."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call):
            continue
        given, name = _shape(file, node)
        size = literal(given)
        if given is None or not isinstance(size, int) or isinstance(size, bool):
            continue
        yield diagnose(
            ID,
            file,
            given,
            severity=Severity.ERROR,
            confidence=0.97,
            problem=f"{name} is the number {size}, and a shape is a tuple: ({size}) without a "
            "comma is a number in parentheses.",
            remedy=f"Write ({size},).",
            layer=called(file, node).rpartition(".")[2],
            fixes=(
                make_fix(f"Make the shape a tuple: ({size},)", _in_parentheses(file, given, size)),
            ),
        )


def _shape(file: SourceFile, call: ast.Call) -> tuple[ast.expr | None, str]:
    if called(file, call) == "keras.Input":
        return argument(call, "shape", 0), "shape"
    return (argument(call, "input_shape"), "input_shape") if layer_class(file, call) else (None, "")


def _in_parentheses(file: SourceFile, node: ast.expr, size: int) -> Editor:
    """Put a comma behind the number; its parentheses, if any, are not part of its node."""
    line = file.lines[node.lineno - 1].encode()
    after = line[node.end_col_offset or 0 :].decode().lstrip()
    before = line[: node.col_offset].decode().rstrip()
    is_wrapped = before.endswith("(") and before.removesuffix("(").rstrip().endswith(
        ("=", "(", ",")
    )
    text = f"{size}," if is_wrapped and after.startswith(")") else f"({size},)"
    return Editor(file).replace(node, text)
