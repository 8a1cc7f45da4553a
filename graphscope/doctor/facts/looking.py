"""What expressions stand for in a frame that is still alive, real arrays included.

Nothing of the user's runs: names are looked up, attributes are read from instance dictionaries,
and calls are made only to NumPy and to a few built-in functions, on arrays that are not large.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import operator
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from graphscope.doctor.records import Frame, Spec

MISSING: Any = type("Missing", (), {"__repr__": lambda _self: "MISSING"})()
"""Stands for a value that cannot be told."""

_MOST_ITEMS = 512
LARGEST = 20_000_000
"""Arrays with more elements are not computed with."""

_METHODS = {
    "reshape", "astype", "ravel", "flatten", "transpose", "squeeze", "mean", "sum", "max", "min",
    "argmax", "copy", "swapaxes", "repeat", "tolist", "any", "all", "nonzero",
}  # fmt: skip
_MAPPING_METHODS = {"keys", "values", "items", "get"}
_FUNCTIONS = {
    "array", "asarray", "zeros", "ones", "full", "empty", "arange", "linspace", "reshape",
    "transpose", "expand_dims", "squeeze", "concatenate", "stack", "hstack", "vstack", "zeros_like",
    "ones_like", "ravel", "mean", "sum", "eye", "repeat", "tile", "moveaxis", "float32", "int32",
    "int64", "float64", "prod", "argmax", "unique", "atleast_2d", "dstack", "column_stack",
}  # fmt: skip
_BUILT_IN: dict[str, Callable[..., Any]] = {
    "len": len, "int": int, "list": list, "tuple": tuple, "range": range, "zip": zip, "sum": sum,
    "min": min, "max": max, "float": float, "str": str, "sorted": sorted,
}  # fmt: skip
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.Pow: operator.pow, ast.MatMult: operator.matmul,
}  # fmt: skip
_PLAIN = (int, float, bool, str, tuple, list, dict, set, range, slice, type(None), type(Ellipsis))


def look(node: ast.expr | None, frame: Frame) -> Any:
    """Return what an expression stands for in a live frame; MISSING when it cannot be told."""
    return Looker({**frame.globals, **frame.locals}).at(node)


class Looker:
    """Reads expressions with given variables."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names

    def at(self, node: ast.expr | None) -> Any:
        """Return the value of an expression."""
        if node is None:
            return MISSING
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            return MISSING
        with contextlib.suppress(Exception):  # NumPy may refuse; then the value is not known
            return method(node)
        return MISSING

    def _all(self, nodes: list[ast.expr]) -> list[Any]:
        values: list[Any] = []
        for node in nodes:
            value = self.at(node.value if isinstance(node, ast.Starred) else node)
            if value is MISSING:
                raise LookupError
            if isinstance(node, ast.Starred):
                values.extend(value)
            else:
                values.append(value)
        return values

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id in self.names:
            return self.names[node.id]
        return _BUILT_IN.get(node.id, MISSING)

    def _attribute(self, node: ast.Attribute) -> Any:
        return attribute(self.at(node.value), node.attr)

    def _tuple(self, node: ast.Tuple) -> Any:
        return tuple(self._all(node.elts))

    def _list(self, node: ast.List) -> Any:
        return self._all(node.elts)

    def _slice(self, node: ast.Slice) -> Any:
        parts = [self.at(part) if part else None for part in (node.lower, node.upper, node.step)]
        return MISSING if MISSING in parts else slice(*parts)

    def _subscript(self, node: ast.Subscript) -> Any:
        value, key = self.at(node.value), self.at(node.slice)
        if key is MISSING or not (is_array(value) or type(value) in _PLAIN):
            return MISSING
        return value[key]

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        value = self.at(node.operand)
        if isinstance(node.op, ast.USub) and _is_safe(value):
            return -value
        return MISSING

    def _binop(self, node: ast.BinOp) -> Any:
        left, right = self.at(node.left), self.at(node.right)
        function = _BINARY.get(type(node.op))
        if function is None or not (_is_safe(left) and _is_safe(right)):
            return MISSING
        if isinstance(left, str | list | tuple) and not isinstance(node.op, ast.Add):
            return MISSING
        return function(left, right)

    def _compare(self, node: ast.Compare) -> Any:
        left, right = self.at(node.left), self.at(node.comparators[0])
        functions: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
            ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.Gt: operator.gt,
            ast.LtE: operator.le, ast.GtE: operator.ge,
        }  # fmt: skip
        function = functions.get(type(node.ops[0]))
        if len(node.ops) != 1 or function is None or not (_is_safe(left) and _is_safe(right)):
            return MISSING
        return function(left, right)

    def _listcomp(self, node: ast.ListComp) -> Any:
        generator = node.generators[0]
        items = self.at(generator.iter)
        if (
            len(node.generators) != 1
            or generator.ifs
            or not isinstance(items, list | tuple | range)
        ):
            return MISSING
        if not isinstance(generator.target, ast.Name) or len(items) > 512:
            return MISSING
        name = generator.target.id
        values = [Looker({**self.names, name: item}).at(node.elt) for item in items]
        return MISSING if any(value is MISSING for value in values) else values

    _generatorexp = _listcomp

    def _call(self, node: ast.Call) -> Any:
        function = node.func
        if isinstance(function, ast.Name):
            built_in = None if function.id in self.names else _BUILT_IN.get(function.id)
            return built_in(*self._safe_arguments(node)) if built_in else MISSING
        if not isinstance(function, ast.Attribute):
            return MISSING
        owner = self.at(function.value)
        if not _offers(owner, function.attr):
            return MISSING
        return getattr(owner, function.attr)(*self._safe_arguments(node), **self._given(node))

    def _safe_arguments(self, node: ast.Call) -> list[Any]:
        values = self._all(node.args)
        if not all(_is_safe(value) for value in values):
            raise LookupError
        return values

    def _given(self, node: ast.Call) -> dict[str, Any]:
        given = {str(each.arg): self.at(each.value) for each in node.keywords}
        if None in [each.arg for each in node.keywords] or MISSING in given.values():
            raise LookupError
        return given


def attribute(owner: Any, name: str) -> Any:  # noqa: PLR0911 - one answer per kind
    """Return an attribute without running a property of the user's; MISSING when there is none."""
    if owner is MISSING or owner is None:
        return MISSING
    if isinstance(owner, ModuleType):
        return vars(owner).get(name, MISSING)
    if is_array(owner) and name in {"shape", "ndim", "size", "dtype", "T"}:
        return getattr(owner, name)
    if isinstance(owner, Spec) and name == "shape":
        return owner.shape if owner.shape is not None else MISSING
    if is_tensor(owner) and name in {"shape", "ndim", "dtype"}:
        return shape_of(owner) if name == "shape" else getattr(owner, name)
    found = inspect.getattr_static(owner, name, MISSING)
    if found is MISSING or inspect.ismemberdescriptor(found):
        return getattr(owner, name, MISSING) if found is not MISSING else MISSING
    return MISSING if hasattr(type(found), "__get__") else found


def is_array(value: Any) -> bool:
    """Whether a value is a NumPy array or number; its methods are NumPy's own."""
    import numpy

    return type(value) is numpy.ndarray or isinstance(value, numpy.generic)


def is_tensor(value: Any) -> bool:
    """Whether a value is an array or tensor of a framework."""
    module = type(value).__module__.split(".")[0]
    return module in {"tensorflow", "keras", "torch", "jax", "jaxlib"} and hasattr(value, "shape")


def shape_of(value: Any) -> tuple[int | None, ...] | None:
    """Return the shape of an array or tensor; None for other things and unknown ranks."""
    if isinstance(value, Spec):
        return value.shape
    if not (is_array(value) or is_tensor(value)):
        return None
    shape = value.shape
    if hasattr(shape, "as_list"):
        return None if shape.rank is None else tuple(shape.as_list())
    return tuple(shape)


def _offers(owner: Any, name: str) -> bool:
    """Whether a function of an object or module may be called."""
    if is_array(owner):
        return name in _METHODS and _is_safe(owner)
    if isinstance(owner, ModuleType):
        return owner.__name__ == "numpy" and name in _FUNCTIONS
    return type(owner) is dict and name in _MAPPING_METHODS


def _is_safe(value: Any) -> bool:
    if value is MISSING:
        return False
    if is_array(value):
        return bool(value.size < LARGEST)
    return type(value) in _PLAIN or isinstance(value, zip)
