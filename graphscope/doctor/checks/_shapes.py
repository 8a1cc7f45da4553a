"""Shapes of expressions in functions that ran: from what was recorded, and by reading."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._traced import traced_argument, traced_call
from graphscope.doctor.fixes.names import frames_in
from graphscope.doctor.records import CallRecord, Shape, Spec
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import Definition, definitions_of

_SAME = frozenset(
    {"square", "abs", "absolute", "exp", "log", "log1p", "sqrt", "negative", "sign", "sigmoid"}
    | {"relu", "tanh", "softplus", "clip", "clip_by_value", "stop_gradient", "identity", "copy"}
    | {"cast", "astype", "convert_to_tensor", "asarray", "array", "constant"}
)
_REDUCING = frozenset(
    {"mean", "sum", "max", "min", "reduce_mean", "reduce_sum", "reduce_max", "reduce_min"}
)
_DEEPEST = 20


class Shapes:
    """Reads shapes in one file.

    Args:
        case: the case.
        file: the file of the expressions.
        known: shapes of parameters, by function and name.
    """

    def __init__(
        self, case: Case, file: SourceFile, known: Mapping[tuple[ast.AST, str], Shape] = {}
    ) -> None:
        self.case = case
        self.file = file
        self.known = known
        self._calls = {
            (at.line, at.column, at.end_line, at.end_column): call
            for call in case.recording.calls
            if call.site and call.site[0].position.file == file.path and call.output_specs
            for at in [call.site[0].position]
            if call.parent is None or call.parent.site is not call.site
        }

    def of(  # noqa: PLR0911 - one answer for each kind of expression
        self, node: ast.expr, depth: int = 0
    ) -> Shape | None:
        """Return the shape of an expression; None when it is not known."""
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Constant):
            return () if isinstance(node.value, int | float) else None
        if isinstance(node, ast.Name):
            return self._name(node, depth)
        if isinstance(node, ast.UnaryOp):
            return self.of(node.operand, depth + 1)
        if isinstance(node, ast.BinOp):
            sides = self.of(node.left, depth + 1), self.of(node.right, depth + 1)
            if isinstance(node.op, ast.MatMult) or sides[0] is None or sides[1] is None:
                return None
            return broadcast(sides[0], sides[1])
        if isinstance(node, ast.Subscript):
            shape = self.of(node.value, depth + 1)
            return None if shape is None else subscripted(shape, node.slice)
        return self._call(node, depth) if isinstance(node, ast.Call) else None

    def _predicted(self, node: ast.Call) -> Shape | None:
        """Return the shape of what `model.predict(x)` gave: a row for each sample."""
        for boundary in self.case.recording.boundaries:
            at = boundary.site[0].position if boundary.site else None
            if boundary.kind != "predict" or at is None or at.file != self.file.path:
                continue
            if (at.line, at.column) != (node.lineno, node.col_offset):
                continue
            spec = getattr(boundary.data.get("x"), "spec", None)
            rows, output = getattr(spec, "shape", None), _outputs_of(boundary.model)
            return (rows[0], *output[1:]) if rows and output else None
        return None

    def recorded(self, node: ast.Call) -> CallRecord | None:
        """Return the call of a layer that an expression is."""
        return self._calls.get(
            (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
        )

    def _name(self, node: ast.Name, depth: int) -> Shape | None:
        found = definitions_of(self.file, node, node)
        if len(found) != 1:
            return None
        [definition] = found
        function = self.file.function_of(node)
        if definition.kind == "parameter" and function is not None:
            known = self.known.get((function, node.id))
            if known is not None:
                return known
        if definition.kind == "assign" and definition.value is not None and not definition.path:
            shape = self.of(definition.value, depth + 1)
            if shape is not None:
                return shape
        return self._held(node) or self._of_array(node, definition)

    def _of_array(self, node: ast.Name, definition: Definition) -> Shape | None:
        """Return the shape of an array of the main script that was assigned once."""
        shape = getattr(self.case.globals.get(node.id), "shape", None)
        is_global = self.file.function_of(node) is None and definition.kind == "assign"
        if not is_global or not isinstance(shape, tuple):
            return None
        return shape if all(isinstance(size, int) for size in shape) else None

    def _held(self, node: ast.Name) -> Shape | None:
        for frame, _ in frames_in(self.case, self.file, node):
            held = frame.locals.get(node.id)
            if isinstance(held, Spec):
                return held.shape
        return traced_argument(self.case, self.file, node)

    def _call(  # noqa: PLR0911 - one answer for each kind of function
        self, node: ast.Call, depth: int
    ) -> Shape | None:
        if function_name(node) == "predict" and (made := self._predicted(node)) is not None:
            return made
        call = self.recorded(node) or traced_call(self.case, self.file, node)
        if call is not None:
            return call.output_specs[0].shape if len(call.output_specs) == 1 else None
        name, given = function_name(node), _given(node)
        if name is None or given is None:
            return None
        shape = self.of(given[0], depth + 1)
        if shape is None:
            return None
        if name in _SAME:
            return shape
        axis = _axis(node, given)
        if name in _REDUCING:
            return reduced(shape, axis, keeps=_keeps(node))
        if name == "expand_dims" and isinstance(axis, int):
            place = axis if axis >= 0 else axis + len(shape) + 1
            return (*shape[:place], 1, *shape[place:])
        if name == "squeeze" and isinstance(axis, int) and -len(shape) <= axis < len(shape):
            place = axis % len(shape)
            return (*shape[:place], *shape[place + 1 :])
        return _reshaped(node, given) if name == "reshape" else None


def _outputs_of(model: Any) -> Shape | None:
    shape = getattr(model, "output_shape", None)
    return shape if isinstance(shape, tuple) and shape and shape[0] is None else None


def function_name(node: ast.Call) -> str | None:
    """Return the last part of what is called: `reduce_mean` for `tf.reduce_mean(...)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else None


def _given(node: ast.Call) -> tuple[ast.expr, ast.expr | None] | None:
    """Return the array a function works on and the argument after it."""
    is_method = isinstance(node.func, ast.Attribute) and not _is_module(node.func.value)
    if is_method and isinstance(node.func, ast.Attribute):
        return node.func.value, node.args[0] if node.args else None
    if not node.args:
        return None
    return node.args[0], node.args[1] if len(node.args) > 1 else None


def _is_module(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in {
        "tf",
        "np",
        "ops",
        "keras",
        "K",
        "numpy",
        "jnp",
    }


def _axis(node: ast.Call, given: tuple[ast.expr, ast.expr | None]) -> Any:
    written = next((each.value for each in node.keywords if each.arg == "axis"), given[1])
    try:
        return None if written is None else ast.literal_eval(written)
    except ValueError:
        return ...


def _keeps(node: ast.Call) -> bool:
    return any(each.arg == "keepdims" for each in node.keywords)


def reduced(shape: Shape, axis: Any, *, keeps: bool = False) -> Shape | None:
    """Return the shape after a mean or sum."""
    if keeps or axis is ...:
        return None
    if axis is None:
        return ()
    axes = {each % len(shape) for each in (axis if isinstance(axis, tuple) else (axis,)) if shape}
    return tuple(size for place, size in enumerate(shape) if place not in axes)


def _reshaped(node: ast.Call, given: tuple[ast.expr, ast.expr | None]) -> Shape | None:
    sizes = node.args if given[0] not in node.args else node.args[1:]
    written = sizes[0] if len(sizes) == 1 else ast.Tuple(list(sizes), ast.Load())
    try:
        target = ast.literal_eval(written)
    except ValueError:
        return None
    target = (target,) if isinstance(target, int) else target
    if not isinstance(target, list | tuple):
        return None
    return tuple(None if size == -1 else size for size in target)


def subscripted(shape: Shape, index: ast.expr) -> Shape | None:
    """Return the shape of `x[index]`; None for what is not plain.

    >>> subscripted((None, 1), ast.parse("x[:, 0]", mode="eval").body.slice)
    (None,)
    >>> subscripted((None,), ast.parse("x[..., None]", mode="eval").body.slice)
    (None, 1)
    """
    parts = list(index.elts) if isinstance(index, ast.Tuple) else [index]
    taken = sum(not _is_new(each) and not _is_ellipsis(each) for each in parts)
    rest, found = list(shape), list[int | None]()
    for part in parts:
        if _is_new(part):
            found.append(1)
        elif _is_ellipsis(part):
            hidden = len(shape) - taken
            found += rest[:hidden]
            rest = rest[hidden:]
        elif not rest:
            return None
        elif isinstance(part, ast.Slice):
            size = rest.pop(0)
            found.append(size if part.lower is part.upper is part.step is None else None)
        elif isinstance(part, ast.Constant | ast.UnaryOp):
            rest.pop(0)
        else:
            return None
    return (*found, *rest)


def _is_new(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value is None) or (
        isinstance(node, ast.Attribute) and node.attr == "newaxis"
    )


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def broadcast(first: Shape, second: Shape) -> Shape | None:
    """Return the shape of an elementwise operation; None when the shapes do not go together.

    >>> broadcast((None, 1), (None,)), broadcast((4, 3), (4, 2))
    ((None, None), None)
    """
    rank = max(len(first), len(second))
    padded = [(1,) * (rank - len(each)) + tuple(each) for each in (first, second)]
    found: list[int | None] = []
    for a, b in zip(*padded, strict=True):
        if a != b and 1 not in (a, b) and None not in (a, b):
            return None
        found.append(b if a == 1 else a if b == 1 or b is None else b)
    return tuple(found)
