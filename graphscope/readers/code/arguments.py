"""What the arguments of instructions stand for: constants, names, operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from graphscope.readers.code.values import CodeObject
from graphscope.readers.code.writing import write_name, write_value

_COMPARISONS = ("<", "<=", "==", "!=", ">", ">=")
_OLD_COMPARISONS = (
    *_COMPARISONS, "in", "not in", "is", "is not", "exception match", "BAD",
)  # fmt: skip
_COMPARISON_MASKS = (2, 10, 8, 7, 4, 12)
"""The low four bits that the compiler puts beside each comparison, from 3.12 on."""
_OPERATORS = (
    "+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^",
    "+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=", "[]",
)  # fmt: skip
_INTRINSICS = (
    "", "print", "import *", "StopIteration error", "async generator wrap", "+", "list to tuple",
    "TypeVar", "ParamSpec", "TypeVarTuple", "subscript generic", "type alias",
)  # fmt: skip
_INTRINSICS_OF_TWO = (
    "", "reraise star", "TypeVar with bound", "TypeVar with constraints", "type parameters",
    "type parameter default",
)  # fmt: skip
_SPECIAL_METHODS = ("__enter__", "__exit__", "__aenter__", "__aexit__")
_COMMON_CONSTANTS = ("AssertionError", "NotImplementedError", "tuple", "all", "any")

Explain: TypeAlias = Callable[[int, CodeObject, int], str | None]
"""Takes the argument, the function and the minor release; None when it refers to nothing."""


def explain(name: str, argument: int, code: CodeObject, minor: int) -> str | None:
    """Return what an argument stands for; "" when it is just a number, None when it is invalid."""
    found = _EXPLAINED.get(name)
    return found(argument, code, minor) if found else ""


def _pick(names: Sequence[str], index: int) -> str | None:
    return write_name(names[index]) if 0 <= index < len(names) else None


def _constant(argument: int, code: CodeObject, _minor: int) -> str | None:
    return write_value(code.constants[argument]) if argument < len(code.constants) else None


def _name(argument: int, code: CodeObject, _minor: int) -> str | None:
    return _pick(code.names, argument)


def _global(argument: int, code: CodeObject, minor: int) -> str | None:
    # The lowest bit says that a call follows.
    return _pick(code.names, argument >> 1 if minor >= 11 else argument)


def _attribute(argument: int, code: CodeObject, minor: int) -> str | None:
    return _pick(code.names, argument >> 1 if minor >= 12 else argument)


def _super_attribute(argument: int, code: CodeObject, _minor: int) -> str | None:
    return _pick(code.names, argument >> 2)


def _local(argument: int, code: CodeObject, _minor: int) -> str | None:
    return _pick(code.variables, argument)


def _two_locals(argument: int, code: CodeObject, _minor: int) -> str | None:
    first, second = _pick(code.variables, argument >> 4), _pick(code.variables, argument & 15)
    return None if first is None or second is None else f"{first}, {second}"


def _cell(argument: int, code: CodeObject, minor: int) -> str | None:
    return _pick(code.variables if minor >= 11 else code.cells, argument)


def _comparison(argument: int, _code: CodeObject, minor: int) -> str | None:
    if minor <= 11:
        known = _OLD_COMPARISONS if minor <= 8 else _COMPARISONS
        return known[argument] if argument < len(known) else None
    index, bits = argument >> (4 if minor == 12 else 5), argument & 15
    if index >= len(_COMPARISONS) or bits != _COMPARISON_MASKS[index]:
        return None
    return _COMPARISONS[index]


def _one_of(names: Sequence[str]) -> Explain:
    return lambda argument, _code, _minor: names[argument] if argument < len(names) else None


_EXPLAINED: dict[str, Explain] = {
    **dict.fromkeys(("LOAD_CONST", "RETURN_CONST", "KW_NAMES"), _constant),
    **dict.fromkeys(
        (
            "STORE_NAME", "DELETE_NAME", "STORE_ATTR", "DELETE_ATTR", "STORE_GLOBAL",
            "DELETE_GLOBAL", "LOAD_NAME", "IMPORT_NAME", "IMPORT_FROM", "LOAD_METHOD",
            "LOAD_FROM_DICT_OR_GLOBALS", "STORE_ANNOTATION",
        ),
        _name,
    ),
    "LOAD_GLOBAL": _global,
    "LOAD_ATTR": _attribute,
    "LOAD_SUPER_ATTR": _super_attribute,
    **dict.fromkeys(
        (
            "LOAD_FAST", "STORE_FAST", "DELETE_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_AND_CLEAR",
            "LOAD_FAST_BORROW",
        ),
        _local,
    ),
    **dict.fromkeys(
        (
            "LOAD_FAST_LOAD_FAST", "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST",
            "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
        ),
        _two_locals,
    ),
    **dict.fromkeys(
        (
            "MAKE_CELL", "LOAD_CLOSURE", "LOAD_DEREF", "STORE_DEREF", "DELETE_DEREF",
            "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF",
        ),
        _cell,
    ),
    "COMPARE_OP": _comparison,
    "BINARY_OP": _one_of(_OPERATORS),
    "IS_OP": _one_of(("is", "is not")),
    "CONTAINS_OP": _one_of(("in", "not in")),
    "CALL_INTRINSIC_1": _one_of(_INTRINSICS),
    "CALL_INTRINSIC_2": _one_of(_INTRINSICS_OF_TWO),
    "LOAD_SPECIAL": _one_of(_SPECIAL_METHODS),
    "LOAD_COMMON_CONSTANT": _one_of(_COMMON_CONSTANTS),
}  # fmt: skip
