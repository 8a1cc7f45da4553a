"""Which dtype the result of several dtypes has, as Keras decides it on every backend."""

from __future__ import annotations

import re
from collections.abc import Sequence

WEAK_INTEGER, WEAK_FLOAT = "an int", "a float"
"""Numbers of Python, which take the dtype of what they meet."""

_UNKNOWN = ""
_DEFAULT_FLOAT, _DEFAULT_INTEGER = "float32", "int32"
_FLOATS = ("float16", "bfloat16", "float32", "float64")
_WHOLE = re.compile(r"(u?)int(8|16|32|64)")
_LARGEST = 64


def is_float(dtype: str) -> bool:
    """Whether numbers of this dtype have fractions."""
    return dtype.startswith(("float", "bfloat"))


def promote(dtypes: Sequence[str]) -> str:
    """Return the dtype of a result; nothing where that is not certain.

    >>> promote(["int32", "float16"]), promote(["int8", "uint8"]), promote(["int32", WEAK_FLOAT])
    ('float16', 'int16', 'float32')
    """
    strict = {dtype for dtype in dtypes if dtype not in (WEAK_INTEGER, WEAK_FLOAT)}
    floats = {dtype for dtype in strict if is_float(dtype)}
    whole = [_WHOLE.fullmatch(dtype) for dtype in strict - floats - {"bool"}]
    if not floats <= set(_FLOATS) or not all(whole):
        return next(iter(strict)) if len(strict) == len(set(dtypes)) == 1 else _UNKNOWN
    if floats:
        return _widest_float(floats)
    if WEAK_FLOAT in dtypes:
        return _DEFAULT_FLOAT
    sizes = [(bool(match[1]), int(match[2])) for match in whole if match]
    if sizes:
        return _widest_whole(sizes)
    return _DEFAULT_INTEGER if WEAK_INTEGER in dtypes else "bool" if strict else _UNKNOWN


def _widest_float(floats: set[str]) -> str:
    if floats == {"float16", "bfloat16"}:
        return "float32"
    return max(floats, key=_FLOATS.index)


def _widest_whole(sizes: list[tuple[bool, int]]) -> str:
    signed = max((size for unsigned, size in sizes if not unsigned), default=0)
    unsigned = max((size for unsigned, size in sizes if unsigned), default=0)
    if not signed:
        return f"uint{unsigned}"
    if unsigned >= signed:
        signed = unsigned * 2
    return f"int{signed}" if signed <= _LARGEST else _DEFAULT_FLOAT
