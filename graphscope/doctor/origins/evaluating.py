"""Values of operators, attributes and the few built-in functions that are safe to apply.

No code of the user runs here: attributes are read from instance dictionaries, calls are made only
to functions of this list, and sizes are bounded.
"""

from __future__ import annotations

import ast
import inspect
import math
import operator
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from graphscope.doctor.origins.origin import UNKNOWN
from graphscope.doctor.records import Spec
from graphscope.doctor.source.definitions import Path

_LIMIT = 10_000

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.Pow: operator.pow, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_,
    ast.Invert: operator.invert,
}  # fmt: skip
SAFE_CALLS: dict[str, Callable[..., Any]] = {
    "abs": abs, "bool": bool, "dict": dict, "divmod": divmod, "enumerate": enumerate,
    "float": float, "int": int, "len": len, "list": list, "max": max, "min": min, "range": range,
    "reversed": reversed, "round": round, "set": set, "sorted": sorted, "str": str, "sum": sum,
    "tuple": tuple, "zip": zip, "ceil": math.ceil, "floor": math.floor, "sqrt": math.sqrt,
    "log2": math.log2, "prod": math.prod,
}  # fmt: skip
_PLAIN = (int, float, complex, bool, str, bytes, tuple, list, dict, set, range, type(None))


def is_plain(value: Any) -> bool:
    """Whether a value is of the built-in kinds, whose operators run no user code."""
    return type(value) in _PLAIN


def binary(node: ast.operator, left: Any, right: Any) -> Any:
    """Return the result of an operator on two plain values; UNKNOWN where it fails."""
    if not (is_plain(left) and is_plain(right)) or _is_huge(node, left, right):
        return UNKNOWN
    return _attempt(_BINARY.get(type(node)), left, right)


def _is_huge(node: ast.operator, left: Any, right: Any) -> bool:
    if isinstance(node, ast.Pow | ast.LShift):
        return not isinstance(right, int | float) or abs(right) > 64
    if isinstance(node, ast.Mult):
        sizes = [len(each) for each in (left, right) if hasattr(each, "__len__")]
        counts = [each for each in (left, right) if isinstance(each, int)]
        return bool(sizes) and any(size * count > _LIMIT for size in sizes for count in counts)
    return isinstance(node, ast.Mod) and isinstance(left, str)


def unary(node: ast.unaryop, value: Any) -> Any:
    """Return the result of a sign or `not`."""
    return _attempt(_UNARY.get(type(node)), value) if is_plain(value) else UNKNOWN


def compare(node: ast.cmpop, left: Any, right: Any) -> Any:
    """Return the result of a comparison."""
    if isinstance(node, ast.Is | ast.IsNot) or (is_plain(left) and is_plain(right)):
        return _attempt(_COMPARE.get(type(node)), left, right)
    return UNKNOWN


def call(name: str, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
    """Return the result of a built-in function; iterators as tuples."""
    function = SAFE_CALLS.get(name)
    if function is None or not all(_is_safe_argument(each) for each in (*args, *kwargs.values())):
        return UNKNOWN
    if name == "len" and len(args) == 1 and _shape(args[0]):
        return _shape(args[0])[0]
    result = _attempt(function, *args, **kwargs)
    if isinstance(result, enumerate | zip | reversed) or type(result).__name__ == (
        "list_reverseiterator"
    ):
        return tuple(result)
    return result


def _is_safe_argument(value: Any) -> bool:
    return is_plain(value) or isinstance(value, Spec) or _is_library(value)


def _attempt(function: Callable[..., Any] | None, *args: Any, **kwargs: Any) -> Any:
    if function is None:
        return UNKNOWN
    try:
        return function(*args, **kwargs)
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError):
        return UNKNOWN


def attribute(value: Any, name: str) -> Any:  # noqa: PLR0911 - one answer for each kind of value
    """Return an attribute without running a property or `__getattr__` of the user's."""
    if value is UNKNOWN or value is None:
        return UNKNOWN
    if name in {"shape", "ndim", "size"} and _shape(value) is not None:
        return _of_shape(_shape(value), name)
    if isinstance(value, ModuleType):
        return vars(value).get(name, UNKNOWN)
    fields = getattr(type(value), "_fields", ())
    if isinstance(value, tuple) and name in fields:
        return tuple(value)[fields.index(name)]
    found = inspect.getattr_static(value, name, UNKNOWN)
    if inspect.ismemberdescriptor(found):
        return _attempt(found.__get__, value)
    if inspect.isfunction(found) or hasattr(type(found), "__get__"):
        return UNKNOWN
    return found


def _shape(value: Any) -> Any:
    """The shape of an array or tensor, as a tuple; None for other things."""
    if isinstance(value, Spec):
        return value.shape
    if not _is_library(value):
        return None
    shape = getattr(value, "shape", None)
    if shape is None:
        return None
    sizes = _attempt(tuple, shape)
    return None if sizes is UNKNOWN else sizes


def _is_library(value: Any) -> bool:
    return type(value).__module__.split(".")[0] in {"numpy", "tensorflow", "keras", "pandas"}


def _of_shape(shape: tuple[int | None, ...], name: str) -> Any:
    if name == "shape":
        return shape
    if name == "ndim":
        return len(shape)
    sizes = [size for size in shape if size is not None]
    return math.prod(sizes) if len(sizes) == len(shape) else UNKNOWN


def item(value: Any, key: Any) -> Any:
    """Return an element of a tuple, list, string, range or dictionary."""
    if isinstance(value, tuple | list | str | range | dict):
        return _attempt(operator.getitem, value, key)
    spec = as_spec(value)
    if isinstance(spec, Spec) and spec.shape and isinstance(key, int):
        return Spec(spec.shape[1:], spec.dtype)
    return UNKNOWN


def follow(value: Any, path: Path) -> Any:
    """Return the part of a value that a path leads to."""
    for kind, key in path:
        if value is UNKNOWN:
            return UNKNOWN
        if kind == "item":
            value = item(value, key)
        elif kind == "attribute":
            value = attribute(value, key)
        elif kind == "slice":
            value = item(value, slice(*key))
        else:
            return UNKNOWN
    return value


def as_spec(value: Any) -> Any:
    """Return the spec of an array or tensor, and any other value as it is."""
    if isinstance(value, Spec) or value is UNKNOWN or is_plain(value):
        return value
    shape = _shape(value)
    if shape is None or not hasattr(value, "dtype"):
        if type(value).__module__ == "numpy" and hasattr(value, "item"):
            return value.item()
        return value
    if shape == () and type(value).__module__ == "numpy":
        return value.item()
    dtype = value.dtype
    return Spec(shape, str(getattr(dtype, "name", dtype)))


def is_settled(value: Any) -> bool:
    """Whether a value and all that it consists of are known."""
    if isinstance(value, dict):
        return all(is_settled(each) for each in value.values())
    if isinstance(value, tuple | list):
        return all(is_settled(each) for each in value)
    return value is not UNKNOWN


def same(left: Any, right: Any) -> bool:
    """Whether two values are known and equal; arrays are compared by their specs."""
    left, right = as_spec(left), as_spec(right)
    if left is UNKNOWN or right is UNKNOWN:
        return False
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        left, right = tuple(left), tuple(right)
    if left is right:
        return True
    comparable = (is_plain(left) and is_plain(right)) or isinstance(left, Spec)
    return comparable and _attempt(operator.eq, left, right) is True
