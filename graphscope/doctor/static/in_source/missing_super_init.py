"""A layer or model class whose `__init__` does not call that of Keras."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.editing import Editor
from graphscope.doctor.static.names import qualified
from graphscope.doctor.static.telling_source import diagnose, make_fix

ID = "missing-super-init"


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Look at the `__init__` of classes that derive from a layer or model of Keras."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [name for base in node.bases if (name := qualified(file, base))]
        init = next((f for f in node.body if _is_init(f)), None)
        if init is None or not any(_is_keras(base) for base in bases) or _calls_base(init):
            continue
        if not _sets_attributes(init):
            continue
        yield _tell(file, node, init, bases[0])


def _is_init(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def _is_keras(base: str) -> bool:
    return base in ("keras.Layer", "keras.Model") or base.startswith("keras.layers.")


def _calls_base(init: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("__init__", "build_from_config", "__dict__")
        for node in ast.walk(init)
    )


def _sets_attributes(init: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == init.args.args[0].arg
        for node in ast.walk(init)
        if init.args.args
    )


def _tell(file: SourceFile, node: ast.ClassDef, init: ast.FunctionDef, base: str) -> Diagnosis:
    first = next((each for each in init.body if not _is_docstring(each)), init.body[0])
    return diagnose(
        ID,
        file,
        init,
        severity=Severity.ERROR,
        confidence=0.95,
        problem=f"{node.name}.__init__ sets attributes and never calls super().__init__(): Keras "
        f"cannot track the layers and weights of a {base.rpartition('.')[2]} before that.",
        remedy="Call super().__init__() first.",
        layer=node.name,
        fixes=(
            make_fix(
                "Call super().__init__() first",
                Editor(file).insert_before(first, "super().__init__()"),
            ),
        ),
    )


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
