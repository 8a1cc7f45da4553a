"""Values of expressions at the moment of the failure, in frames that still hold real objects.

Modules and Keras's own objects are asked for their attributes, which runs no code of the user;
everything else is read by `origins.evaluate`.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins import UNKNOWN, evaluate
from graphscope.doctor.records import Frame
from graphscope.doctor.watching.sites import is_users, is_users_file


def live_value(case: Case, node: ast.AST | None, frame: Frame) -> Any:
    """Return the object that an expression stands for; UNKNOWN when it cannot be told."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return name_value(node.id, frame)
    if isinstance(node, ast.Attribute):
        return attribute_of(live_value(case, node.value, frame), node.attr)
    if isinstance(node, ast.Subscript):
        owner = live_value(case, node.value, frame)
        key = live_value(case, node.slice, frame)
        return _item(owner, key)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super":
        return UNKNOWN
    return evaluate(case, node, frame) if isinstance(node, ast.expr) else UNKNOWN


def name_value(name: str, frame: Frame) -> Any:
    """Return the value of a variable as a frame sees it."""
    for variables in (frame.locals, frame.globals, vars(builtins)):
        if name in variables:
            return variables[name]
    return UNKNOWN


def attribute_of(owner: Any, name: str) -> Any:
    """Return an attribute, unless reading it would run code of the user's."""
    if owner is UNKNOWN or owner is None:
        return UNKNOWN
    if isinstance(owner, ModuleType):
        if is_users_file(getattr(owner, "__file__", None) or ""):
            return vars(owner).get(name, UNKNOWN)
        return _attempt(getattr, owner, name)
    kind = owner if isinstance(owner, type) else type(owner)
    found = inspect.getattr_static(kind, name, None)
    runs = [found.fget] if isinstance(found, property) else []
    runs += [vars(each).get("__getattr__") for each in kind.__mro__]
    if any(is_users(code) for each in runs if (code := getattr(each, "__code__", None))):
        return getattr(owner, "__dict__", {}).get(name, UNKNOWN)
    return _attempt(getattr, owner, name)


def flat(value: Any) -> Iterator[Any]:
    """Yield what a structure of lists, tuples and dictionaries holds."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from flat(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from flat(each)
    else:
        yield value


def _item(owner: Any, key: Any) -> Any:
    if not isinstance(owner, list | tuple | dict | str) or isinstance(key, type(UNKNOWN)):
        return UNKNOWN
    return _attempt(type(owner).__getitem__, owner, key)


def _attempt(function: Callable[..., Any], *args: Any) -> Any:
    # Strangers' properties may raise anything when they are looked at.
    try:
        return function(*args)
    except Exception:  # noqa: BLE001
        return UNKNOWN
