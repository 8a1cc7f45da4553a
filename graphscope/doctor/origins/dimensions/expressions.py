"""Sizes of expressions inside a `call` method, where operators and functions leave no record."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.origins.arguments import argument_of
from graphscope.doctor.origins.dimensions.moving import Order, moved_axes
from graphscope.doctor.origins.dimensions.pieces import pieces_of
from graphscope.doctor.origins.evaluating import as_spec
from graphscope.doctor.origins.origin import UNKNOWN, Origin
from graphscope.doctor.origins.producers import compatible, shape_of
from graphscope.doctor.origins.scopes import Scope, called_name
from graphscope.doctor.origins.texts import place_of, text_of
from graphscope.doctor.origins.values import reachable, scope_at, value_of
from graphscope.doctor.records import CallRecord, Shape, Spec
from graphscope.doctor.source.definitions import Definition, parameters_of

if TYPE_CHECKING:
    from graphscope.doctor.origins.dimensions.engine import Dimensions

_JOINING = {"concatenate", "concat", "stack"}
_DEPTH = 30


class Expressions:
    """Follows the axes of what expressions give."""

    def __init__(self, engine: Dimensions) -> None:
        self.engine = engine
        self.depth = 0

    def of(self, node: ast.expr, scope: Scope, axis: int, shape: Shape | None) -> Origin | None:
        """Return the origin of an axis; None when the source does not tell.

        Args:
            node: the expression.
            scope: where it is read.
            axis: counted as the caller does; from the end where broadcasting may add axes.
            shape: of the result, where it is known.
        """
        if self.depth > _DEPTH:
            return None
        self.depth += 1
        try:
            return self._of(node, scope, axis, shape)
        finally:
            self.depth -= 1

    def _of(self, node: ast.expr, scope: Scope, axis: int, shape: Shape | None) -> Origin | None:
        held = value_of(node, scope)
        shape = shape or shape_of(held)
        known = self._known(held, axis)
        if known is not None:
            return known
        if isinstance(node, ast.Name):
            return self._name(node, scope, axis, shape)
        if isinstance(node, ast.BinOp):
            return self._broadcast([node.left, node.right], node, scope, axis, shape)
        if isinstance(node, ast.Call):
            return self._call(node, scope, axis, shape)
        if isinstance(node, ast.Subscript):
            return self._sliced(node, scope, axis, shape)
        return None

    def _part(
        self, definition: Definition, scope: Scope, axis: int, shape: Shape | None
    ) -> Origin | None:
        """One of several results: of a layer, or of a split along an axis."""
        node, step = definition.value, definition.path[0]
        if len(definition.path) != 1 or step[0] != "item" or not isinstance(node, ast.Call):
            return None
        record = self._recorded(node, scope, None)
        if record is not None and record.is_layer and step[1] < len(record.output_specs):
            made = record.output_specs[step[1]].shape or ()
            if -len(made) <= axis < len(made):
                return self.engine.of_call(record, step[1], axis % len(made), made)
        pieces = pieces_of(node, lambda each: value_of(each, scope))
        if pieces is None or not node.args:
            return None
        whole = self.of(node.args[0], scope, axis, None)
        count, along = pieces
        rank = len(shape or ())
        if whole is None or along not in (axis, axis - rank, axis + rank):
            return whole
        if not isinstance(whole.value, int):
            return None
        size = whole.value // count
        text = f"{whole.value} / {count} = {size} in {text_of(scope.file, node)}"
        place = place_of(scope.file, node)
        return Origin("arithmetic", text, place, size, scope.file, node, (whole,))

    def _sliced(
        self, node: ast.Subscript, scope: Scope, axis: int, shape: Shape | None
    ) -> Origin | None:
        """An axis that a slice leaves as it is, or the last bound of one that begins at 0."""
        entries = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not all(isinstance(each, ast.Slice) for each in entries):
            return None
        rank = len(shape or shape_of(value_of(node.value, scope)) or ())
        place = axis + rank if axis < 0 else axis
        entry = entries[place] if rank and place < len(entries) else None
        if not isinstance(entry, ast.Slice) or not (entry.lower or entry.upper or entry.step):
            return self.of(node.value, scope, axis, None)
        if entry.upper is None or entry.lower is not None or entry.step is not None:
            return None
        return self.engine.tracer.trace(entry.upper, scope, ())

    def _known(self, held: Any, axis: int) -> Origin | None:
        if held is UNKNOWN or isinstance(held, Spec):
            return None
        if "Variable" in {base.__name__ for base in type(held).__mro__}:
            from graphscope.doctor.origins.weights import weight_dimension

            return weight_dimension(self.engine.case, held, axis)
        return self.engine.of_known(held, axis)

    def _name(self, node: ast.Name, scope: Scope, axis: int, shape: Shape | None) -> Origin | None:
        for definition in reachable(node, scope):
            inside = scope_at(scope, definition)
            if definition.kind == "parameter":
                found = self._parameter(definition, inside, axis, shape)
            elif definition.value is None:
                continue
            elif definition.path:
                found = self._part(definition, inside, axis, shape)
            else:
                found = self.of(definition.value, inside, axis, shape)
            if found is not None:
                return found
        return None

    def _parameter(
        self, definition: Definition, scope: Scope, axis: int, shape: Shape | None
    ) -> Origin | None:
        layer_call = self._call_of(scope)
        if layer_call is not None and scope.function is not None:
            names = [arg.arg for arg in parameters_of(scope.function)][1:]
            index = names.index(definition.name) if definition.name in names else 0
            given = layer_call.args[index] if index < len(layer_call.args) else None
            given = layer_call.kwargs.get(definition.name, given)
            for number, tensor in enumerate(layer_call.inputs):
                if tensor is given or (
                    number == index and compatible(shape_of(tensor), shape or shape_of(tensor))
                ):
                    return self.engine.of_input(layer_call, number, axis)
        if scope.caller is None:
            return None
        found = argument_of(scope.caller[0], scope, definition.name)
        if found is None or found[1]:
            return None
        return self.of(found[0], scope.caller[1], axis, shape)

    def _call_of(self, scope: Scope) -> CallRecord | None:
        """The layer call that runs the method of a scope."""
        if getattr(scope.function, "name", "") != "call":
            return None
        calls = self.engine.case.recording.calls
        return next((each for each in reversed(calls) if each.operation is scope.object), None)

    def _call(self, node: ast.Call, scope: Scope, axis: int, shape: Shape | None) -> Origin | None:
        record = self._recorded(node, scope, shape)
        if record is not None:
            made = record.output_specs[0].shape or ()
            if -len(made) <= axis < len(made):
                return self.engine.of_call(record, 0, axis % len(made), made)
        moved = moved_axes(node, lambda each: value_of(each, scope))
        if moved is not None:
            return self._moved(node, moved, scope, axis, shape)
        parts = [each.elts for each in node.args[:1] if isinstance(each, ast.List | ast.Tuple)]
        if called_name(node) in _JOINING and parts:
            return self._joined(node, parts[0], scope, axis, shape)
        arguments = [each for each in node.args if not isinstance(each, ast.Constant)]
        return self._broadcast(arguments, node, scope, axis, shape)

    def _moved(
        self, node: ast.Call, moved: Order, scope: Scope, axis: int, shape: Shape | None
    ) -> Origin | None:
        """The axis that a transposition put here."""
        before = shape_of(value_of(node.args[0], scope))
        inner = self._recorded(node.args[0], scope, None) if before is None else None
        if inner is not None:
            before = inner.output_specs[0].shape
        rank = len(shape or before or ())
        order = moved(rank) if rank else None
        if order is None or not -rank <= axis < rank:
            return None
        return self.of(node.args[0], scope, order[axis] - rank, before)

    def _recorded(self, node: ast.expr, scope: Scope, shape: Shape | None) -> CallRecord | None:
        for call in reversed(self.engine.case.recording.calls):
            position = call.site[0].position if call.site else None
            if (
                position is not None
                and position.file == scope.file.path
                and (position.line, position.column) == (node.lineno, node.col_offset)
                and (position.end_line, position.end_column)
                == (node.end_lineno, node.end_col_offset)
                and call.output_specs
                and (shape is None or compatible(call.output_specs[0].shape, shape))
            ):
                return call
        return None

    def _joined(
        self, node: ast.Call, parts: list[ast.expr], scope: Scope, axis: int, shape: Shape | None
    ) -> Origin | None:
        found = [self.of(part, scope, axis, None) for part in parts]
        size = shape[axis] if shape and -len(shape) <= axis < len(shape) else None
        sizes = [
            each.value
            if each is not None and isinstance(each.value, int)
            else self._size(part, scope, axis)
            for part, each in zip(parts, found, strict=True)
        ]
        if called_name(node) == "stack" or None in sizes or (size and sum(sizes) != size):
            return self._broadcast(parts, node, scope, axis, shape)
        text = f"{' + '.join(map(str, sizes))} = {sum(sizes)} in {text_of(scope.file, node)}"
        causes = tuple(each for each in found if each is not None)
        place = place_of(scope.file, node)
        return Origin("arithmetic", text, place, sum(sizes), scope.file, node, causes)

    def _size(self, node: ast.expr, scope: Scope, axis: int) -> Any:
        spec = as_spec(value_of(node, scope))
        if isinstance(spec, Spec) and spec.shape and -len(spec.shape) <= axis < len(spec.shape):
            return spec.shape[axis]
        return None

    def _broadcast(
        self,
        nodes: list[ast.expr],
        around: ast.expr,
        scope: Scope,
        axis: int,
        shape: Shape | None,
    ) -> Origin | None:
        """The operand whose size the result has; else the expression as a whole."""
        size = shape[axis] if shape and -len(shape) <= axis < len(shape) else None
        back = axis - len(shape) if shape and axis >= 0 else axis
        found = [each for each in (self.of(node, scope, back, None) for node in nodes) if each]
        fitting = [each for each in found if size is None or each.value == size]
        if not fitting:
            return None
        text = text_of(scope.file, around)
        place = place_of(scope.file, around)
        value = fitting[0].value if size is None else size
        return Origin("call", text, place, value, scope.file, around, tuple(fitting))
