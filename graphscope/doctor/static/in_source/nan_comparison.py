"""A comparison with NaN, which is never equal to anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Fix, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.editing import Editor
from graphscope.doctor.source.naming import refer_to
from graphscope.doctor.static.names import literal, qualified
from graphscope.doctor.static.telling_source import diagnose, make_fix

ID = "nan-comparison"

_NAN = ("numpy.nan", "numpy.NaN", "numpy.NAN", "math.nan")


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Look at every `==` and `!=`."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        operator, sides = node.ops[0], (node.left, node.comparators[0])
        if not isinstance(operator, ast.Eq | ast.NotEq):
            continue
        if not any(_is_nan(file, side) for side in sides):
            continue
        value = file.segment(sides[0] if _is_nan(file, sides[1]) else sides[1])
        always = "False" if isinstance(operator, ast.Eq) else "True"
        yield diagnose(
            ID,
            file,
            node,
            severity=Severity.WARNING,
            confidence=0.97,
            problem=f"{file.segment(node)} is {always} for every value: NaN is not equal to "
            "anything, itself included.",
            remedy=f"Use numpy.isnan({value}).",
            fixes=_fixes(file, node, value, negate=always == "True"),
        )


def _is_nan(file: SourceFile, node: ast.expr) -> bool:
    if qualified(file, node) in _NAN:
        return True
    is_float = isinstance(node, ast.Call) and ast.unparse(node.func) == "float" and node.args
    text = literal(node.args[0]) if isinstance(node, ast.Call) and is_float else None
    return isinstance(text, str) and text.lower() == "nan"


def _fixes(
    file: SourceFile, node: ast.Compare, value: str, *, negate: bool
) -> tuple[Fix | None, ...]:
    reference = refer_to(file, "numpy.isnan")
    text = f"{'~' if negate else ''}{reference.text}({value})"
    editor = reference.imported(Editor(file).replace(node, text))
    return (make_fix(f"Ask with {text}", editor),)
