"""The tensors that an operation could not bring together, and along which axis they differ."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any, Literal

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Place
from graphscope.doctor.origins import (
    Divergence,
    Origin,
    Stage,
    diverge,
    history,
    trace_dimension,
    trace_expression_dimension,
    trace_weight_dimension,
)
from graphscope.doctor.records import CallRecord, Frame
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.program import extent_of
from graphscope.doctor.wording import call_place, place_of

Joining = Literal["elementwise", "concatenate", "product"]

_ELEMENTWISE = {
    "Add", "Subtract", "Multiply", "Divide", "TrueDivide", "FloorDivide", "Average", "Maximum",
    "Minimum", "Power", "Mod", "Equal", "Greater", "Less", "LogicalAnd", "LogicalOr", "Where",
}  # fmt: skip
_CONCATENATING = {"Concatenate", "Stack", "Hstack", "Vstack"}
_PRODUCTS = {"Matmul", "Dot", "BatchDot", "Einsum", "Tensordot"}
_FUNCTIONS: dict[str, Joining] = {
    "add": "elementwise", "subtract": "elementwise", "multiply": "elementwise",
    "divide": "elementwise", "maximum": "elementwise", "minimum": "elementwise",
    "square": "elementwise", "where": "elementwise", "power": "elementwise",
    "concatenate": "concatenate", "concat": "concatenate", "stack": "concatenate",
    "matmul": "product", "dot": "product", "batch_dot": "product",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """One of the tensors.

    Attributes:
        tensor: it, alive.
        shape: its shape.
        text: the expression that stands for it; its layer's name where there is none.
        node: the expression.
        frame: the frame in which that expression stands.
        call: a recorded call that received it: where its way back begins.
        inside: the call of the user's layer or model in whose code it is at hand.
    """

    tensor: Any
    shape: tuple[int | None, ...]
    text: str
    node: ast.expr | None
    frame: Frame | None
    call: CallRecord | None
    inside: CallRecord | None = None

    def origin(self, case: Case, axis: int) -> Origin:
        """Return what fixed the size of an axis."""
        if is_variable(self.tensor):
            return trace_weight_dimension(case, self.tensor, axis)
        if self.node is not None and self.frame is not None:
            return trace_expression_dimension(case, self.node, axis, self.frame)
        return trace_dimension(case, self.tensor, axis, self.call)


def ways_of(case: Case, left: Operand, right: Operand) -> Divergence:
    """Return the ways of two operands from the last tensor that both came from."""
    return diverge(case, left.tensor, right.tensor, inside=left.inside)


def history_of(case: Case, operand: Operand, axis: int | None = None) -> list[Stage]:
    """Return how an operand came to be: each call from the input to the merge."""
    return history(case, operand.tensor, axis, inside=operand.inside)


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """An operation whose operands do not fit.

    Attributes:
        joining: how it brings them together.
        layer: the layer: the merge layer, or the user's layer in whose `call` it happened.
        operands: the tensors.
        place: the line of the operation.
        file, node, frame: the expression that failed.
        axis: for concatenation, the axis along which it joins.
    """

    joining: Joining
    layer: Any
    operands: tuple[Operand, ...]
    place: Place | None
    file: SourceFile | None
    node: ast.expr | ast.stmt | None
    frame: Frame | None
    axis: int | None = None

    @property
    def function(self) -> str:
        """What joins them, as it is written or called."""
        if isinstance(self.node, ast.BinOp):
            return "the operator " + _SIGNS.get(type(self.node.op), "")
        return type(self.layer).__name__


def node_in(conflict: Conflict, operand: Operand) -> ast.expr | None:
    """Return the expression of an operand in the operation that failed."""
    if operand.node is not None or conflict.node is None:
        return operand.node
    for each in ast.walk(conflict.node):
        if isinstance(each, ast.Name) and each.id == operand.text:
            return each
    return None


_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**",
}  # fmt: skip


def conflict_of(case: Case) -> Conflict | None:
    """Return the operation that failed for its operands' shapes; None when none is to be seen."""
    if case.failure is None or not case.failure.site:
        return None
    return _of_merge(case) or _of_expression(case)


def _of_merge(case: Case) -> Conflict | None:
    call = case.failure.call if case.failure else None
    if call is None or len(call.inputs) < 2:
        return None
    ours = type(call.operation).__module__.startswith("keras")
    joining = joining_of(call.class_name) if ours else None
    if joining is None or any(spec.shape is None for spec in call.input_specs):
        return None
    found = failing(case)
    operands = tuple(
        Operand(
            tensor, spec.shape or (), _name_of(case, tensor, found), None, None, call, call.parent
        )
        for tensor, spec in zip(call.inputs, call.input_specs, strict=True)
    )
    place = call_place(call) or place_of(case, call.operation)
    axis = getattr(call.operation, "axis", None)
    return Conflict(
        joining, call.operation, operands, place,
        found.file if found else None, found.node if found else None,
        found.frame if found else None, axis if isinstance(axis, int) else None,
    )  # fmt: skip


def joining_of(name: str) -> Joining | None:
    """Return how a class of layers or operations joins its inputs; None when it does not."""
    if name in _ELEMENTWISE:
        return "elementwise"
    if name in _CONCATENATING:
        return "concatenate"
    return "product" if name in _PRODUCTS else None


def _name_of(case: Case, tensor: Any, found: Failing | None) -> str:
    if found is not None:
        names = [name for name, held in found.frame.locals.items() if held is tensor]
        written = {each.id for each in ast.walk(found.node) if isinstance(each, ast.Name)}
        for name in sorted(names, key=lambda name: name not in written):
            return name
    producer = case.recording.producer_of(tensor)
    if producer is not None:
        return producer.name
    history = getattr(tensor, "_keras_history", None)
    return str(getattr(getattr(history, "operation", None), "name", "the input"))


def _of_expression(case: Case) -> Conflict | None:
    found = failing(case)
    failure = case.failure
    if found is None or failure is None:
        return None
    joining, nodes = _joined(found.node)
    if joining is None:
        return None
    operands = [each for node in nodes if (each := _operand(case, found, node)) is not None]
    if len(operands) < 2:
        return None
    layer = failure.layer_call.operation if failure.layer_call else None
    return Conflict(
        joining, layer, tuple(operands), found.place, found.file, found.node, found.frame,
        _axis_argument(found),
    )  # fmt: skip


def _joined(node: ast.AST) -> tuple[Joining | None, list[ast.expr]]:
    if isinstance(node, ast.BinOp):
        joining: Joining = "product" if isinstance(node.op, ast.MatMult) else "elementwise"
        return joining, [node.left, node.right]
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.expr):
        return "elementwise", [node.target, node.value]
    if isinstance(node, ast.Call) and (joined := _FUNCTIONS.get(function_name(node))):
        return joined, _flat(node.args)
    return None, []


def _flat(nodes: list[ast.expr]) -> list[ast.expr]:
    found: list[ast.expr] = []
    for node in nodes:
        found += _flat(node.elts) if isinstance(node, ast.List | ast.Tuple) else [node]
    return found


def _axis_argument(found: Failing) -> int | None:
    if not isinstance(found.node, ast.Call):
        return None
    for keyword in found.node.keywords:
        if keyword.arg == "axis":
            value = found.look(keyword.value)
            return value if isinstance(value, int) else None
    return None


def _operand(case: Case, found: Failing, node: ast.expr) -> Operand | None:
    tensor = found.look(node)
    shape = shape_of(tensor)
    context = case.failure.layer_call if case.failure else None
    if shape is None and (call := recorded_at(case, found.file, node)) is not None and call.outputs:
        tensor, shape = call.outputs[0], call.output_specs[0].shape
    if shape is None and is_variable(tensor):
        shape = tuple(tensor.shape)
    if not shape:
        return None
    return Operand(tensor, tuple(shape), found.source(node), node, found.frame, context, context)


def recorded_at(case: Case, file: SourceFile, node: ast.expr) -> CallRecord | None:
    """Return the last recorded call that an expression made."""
    extent = extent_of(node)
    for call in reversed(case.recording.calls):
        if not call.site or call.site[0].position.file != file.path:
            continue
        at = call.site[0].position
        if (at.line, at.column, at.end_line, at.end_column) == extent:
            return call
    return None


def is_variable(thing: Any) -> bool:
    """Whether a thing is a weight."""
    return type(thing).__name__ in {"Variable", "BackendVariable"} and hasattr(thing, "shape")


def differing_axes(first: tuple[int | None, ...], second: tuple[int | None, ...]) -> list[int]:
    """Return the axes, counted from the end (-1, -2, ...), along which two shapes cannot broadcast.

    >>> differing_axes((None, 8, 32), (None, 8, 64)), differing_axes((None, 1, 3), (None, 5, 3))
    ([-1], [])
    """
    found: list[int] = []
    for back in range(1, min(len(first), len(second)) + 1):
        one, other = first[-back], second[-back]
        if one is not None and other is not None and one != other and 1 not in (one, other):
            found.append(-back)
    return found
