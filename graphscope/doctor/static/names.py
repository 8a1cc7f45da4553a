"""What an expression of a file refers to: `keras.layers.Dense`, however it was imported."""

from __future__ import annotations

import ast

from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.naming import imported_names

_SAME = {
    "keras.models.Sequential": "keras.Sequential",
    "keras.models.Model": "keras.Model",
    "keras.layers.Input": "keras.Input",
    "keras.layers.Layer": "keras.Layer",
    "keras.engine.input_layer.Input": "keras.Input",
}


def qualified(file: SourceFile, node: ast.expr) -> str:
    """Return the full name of what a name or attribute refers to; empty for anything else.

    >>> file = SourceFile("/p/a.py", "from tensorflow.keras import layers as L, Sequential\\n")
    >>> qualified(file, ast.parse("L.Dense", mode="eval").body)
    'keras.layers.Dense'
    >>> qualified(file, ast.parse("Sequential", mode="eval").body)
    'keras.Sequential'
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    target = imported_names(file).get(node.id)
    if target is None:
        return ""
    name = ".".join([target, *parts])
    if name.startswith("tensorflow.keras"):
        name = name.removeprefix("tensorflow.")
    return _SAME.get(name, name)


def called(file: SourceFile, node: ast.AST) -> str:
    """Return the full name of what a call calls; empty for anything else."""
    return qualified(file, node.func) if isinstance(node, ast.Call) else ""


def layer_class(file: SourceFile, node: ast.AST) -> str:
    """Return the class of Keras layer that a call makes; empty for anything else."""
    name = called(file, node)
    return name.removeprefix("keras.layers.") if name.startswith("keras.layers.") else ""


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """Return an argument of a call, by keyword or by position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is None or len(call.args) <= position:
        return None
    if any(isinstance(each, ast.Starred) for each in call.args[: position + 1]):
        return None
    return call.args[position]


def literal(node: ast.expr | None) -> object:
    """Return the value of a literal; `...` for what is none."""
    try:
        return ... if node is None else ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ...
