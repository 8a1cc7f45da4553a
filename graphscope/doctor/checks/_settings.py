"""The layers of trained models with weights, and the line on which a setting of theirs is made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.arguments import find_argument
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.origins import trace_value
from graphscope.doctor.source import SourceFile
from graphscope.doctor.wording import place_of


def trained_layers(case: Case) -> Iterator[tuple[Any, list[Any]]]:
    """Yield each trained model with its layers of Keras that are trainable, in order."""
    for fit in trainings(case):
        layers = [
            each
            for each in fit.model._flatten_layers(include_self=False)
            if each.trainable and type(each).__module__.startswith("keras.")
        ]
        yield fit.model, layers


def setting_place(case: Case, name: str, owner: Any) -> Place | None:
    """Return where an initializer or regularizer is made; else where its layer is."""
    found = setting_node(case, name, owner)
    return Place(found[0].path, found[1].lineno) if found else place_of(case, owner)


def setting_node(case: Case, name: str, owner: Any) -> tuple[SourceFile, ast.expr] | None:
    """Return the expression that makes what a layer is given for an argument."""
    made = creation_call(case, owner)
    if made is None or not case.program.is_own(made[0].path):
        return None
    given = find_argument(made[1], type(owner), name)
    if given is None:
        return None
    given = _copied(given)
    if not isinstance(given, ast.Name):
        return made[0], given
    origin = trace_value(case, given, made[2], file=made[0])
    for step in origin.walk():
        if isinstance(step.node, ast.Call) and step.file is not None:
            return step.file, step.node
    return made[0], given


def _copied(node: ast.expr) -> ast.expr:
    """Return what is copied: `weights` of `weights.clone()`, of `copy(weights)`."""
    if not isinstance(node, ast.Call):
        return node
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in ("clone", "copy", "deepcopy"):
        return node
    inner = node.args[0] if node.args else getattr(node.func, "value", node)
    return inner if isinstance(inner, ast.Name) else node


def number_in(node: ast.expr, value: float) -> ast.expr | None:
    """Return the number in an expression: `20.0` in `Constant(-20.0)`, with its sign."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant | ast.UnaryOp):
            try:
                if ast.literal_eval(each) == value:
                    return each
            except (ValueError, TypeError):
                continue
    return None
