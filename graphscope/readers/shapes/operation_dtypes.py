"""The dtype of what a Keras operation returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphscope.readers.shapes.dtypes import UNKNOWN
from graphscope.readers.shapes.promotion import WEAK_FLOAT, WEAK_INTEGER, is_float, promote

Path = tuple[int | str, ...]

_DEFAULT = "float32"

_BOOLEAN = frozenset(
    """
    Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalNot LogicalOr LogicalXor
    Isclose Isfinite Isinf Isnan Isneginf Isposinf Isreal InTopK Any All
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column
)

_COUNTING = frozenset({"Argmax", "Argmin", "Argsort", "CountNonzero", "Digitize", "Searchsorted"})
"""Operations that return places and numbers of elements."""

_PROMOTING = frozenset(
    """
    Absolute Add Amax Amin Append BitwiseAnd BitwiseLeftShift BitwiseNot BitwiseOr
    BitwiseRightShift BitwiseXor BroadcastTo Clip Concatenate Cross Cumprod Cumsum Diagonal Dot
    Einsum ExpandDims Flip FloorDivide GetItem Hstack Inner LeftShift Matmul Max Maximum Meshgrid
    Min Minimum Mod Moveaxis Multiply Negative Outer Pad Power Ravel Repeat Reshape RightShift Roll
    Rot90 Sign Slice Sort Split Square Squeeze Stack StopGradient Subtract Sum Swapaxes Tensordot
    Tile Transpose Tril Triu Unstack Vdot Vstack Where
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column
)
"""Operations that return what their operands have in common, numbers or not."""

_SUMMING = frozenset({"Cumprod", "Cumsum", "Sum"})
"""Those of them that widen small whole numbers."""

_FLOATING = frozenset(
    """
    Arccos Arccosh Arcsin Arcsinh Arctan Arctan2 Arctanh Average Cos Cosh Divide Exp Exp2 Expm1
    Linspace Log Log10 Log1p Log2 Logaddexp Mean Median Quantile Sin Sinh Sqrt Std Tan Tanh
    TrueDivide Var
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column
)
"""Operations that make whole numbers to floats."""

_DECIDING = {
    **dict.fromkeys(("Take", "TakeAlongAxis", "SliceUpdate", "ScatterUpdate"), 0),
    "SparseCategoricalCrossentropy": 1,
}
"""Operations that return the dtype of one operand, and its place; the others tell places."""


def operation_dtype(
    class_name: str,
    settings: Mapping[str, Any],
    inputs: Sequence[str],
    *,
    has_rule: bool,
    index: int = 0,
    paths: Sequence[Path] = (),
    constants: Mapping[str, Any] | None = None,
) -> str:
    """Return the dtype of a Keras operation's output, where that is certain.

    Args:
        class_name: class of the operation.
        settings: its config and the arguments that are no tensors.
        inputs: dtypes of its tensor arguments.
        has_rule: whether its shape rule is known: those operations keep floats as they are.
        index: which output.
        paths: where each tensor stands among the arguments, where that is known.
        constants: the arguments that are no tensors, by name or position.
    """
    fixed = _fixed_dtype(class_name, settings, index)
    if fixed or not inputs:
        return fixed
    if class_name in _DECIDING:
        return dict(_places(inputs, paths)).get(_DECIDING[class_name], UNKNOWN)
    if class_name == "Where":
        inputs = [each for place, each in _places(inputs, paths) if place not in (0, "condition")]
    if class_name in _PROMOTING or class_name in _FLOATING:
        return _promoted(class_name, [*inputs, *_constant_dtypes(class_name, constants or {})])
    floats = all(map(is_float, inputs))
    return inputs[0] if has_rule and floats and len(set(inputs)) == 1 else UNKNOWN


def _fixed_dtype(class_name: str, settings: Mapping[str, Any], index: int) -> str:
    if class_name in _BOOLEAN:
        return "bool"
    if class_name in _COUNTING or (class_name == "TopK" and index == 1):
        return "int32"
    stated = settings.get("dtype")
    return stated[:32] if isinstance(stated, str) else UNKNOWN


def _promoted(class_name: str, operands: Sequence[str]) -> str:
    found = promote(operands)
    whole = bool(found) and not is_float(found)
    if class_name in _FLOATING and whole:
        return _DEFAULT
    if class_name in _SUMMING and whole and found not in ("int32", "int64"):
        return "int32" if found == "bool" else UNKNOWN
    return found


def _places(inputs: Sequence[str], paths: Sequence[Path]) -> Iterable[tuple[int | str, str]]:
    for index, dtype in enumerate(inputs):
        yield (paths[index][0] if index < len(paths) and paths[index] else index), dtype


_OPERANDS = {
    **dict.fromkeys(
        """
        Add Arctan2 Cross Divide Dot FloorDivide Inner Logaddexp Matmul Maximum Minimum Mod Multiply
        Outer Power Subtract Tensordot TrueDivide Vdot Append Linspace
        """.split(),  # noqa: SIM905 - a paragraph of names reads better than a column
        ("0", "1", "x1", "x2", "start", "stop"),
    ),
    "Einsum": tuple(map(str, range(16))),
    "Where": ("1", "2", "x1", "x2"),
}
"""Arguments that are operands even where they are constants."""


def _constant_dtypes(class_name: str, constants: Mapping[str, Any]) -> Iterable[str]:
    for key in _OPERANDS.get(class_name, ()):
        value = constants.get(key)
        if isinstance(value, bool):
            yield "bool"
        elif isinstance(value, int):
            yield WEAK_INTEGER
        elif isinstance(value, float):
            yield WEAK_FLOAT
        elif isinstance(value, dict):
            dtype = value.get("dtype")
            yield dtype[:32] if isinstance(dtype, str) else UNKNOWN
        elif value is not None and not isinstance(value, str):
            yield UNKNOWN
