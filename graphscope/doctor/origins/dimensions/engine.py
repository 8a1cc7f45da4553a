"""Walks from a tensor's axis back through the calls, one rule per kind of layer."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins.dimensions import joining, operations, simple, spatial
from graphscope.doctor.origins.dimensions.entries import of_data, of_entry
from graphscope.doctor.origins.dimensions.step import Step
from graphscope.doctor.origins.origin import Origin, unknown
from graphscope.doctor.origins.producers import Producers, class_names, compatible, shape_of
from graphscope.doctor.origins.scopes import Scope, scope_of
from graphscope.doctor.origins.tracing import Tracer
from graphscope.doctor.records import CallRecord, Shape, Spec

RULES = {**simple.RULES, **spatial.RULES, **joining.RULES}
_DEPTH = 250


class Dimensions:
    """Follows the axes of tensors through recorded calls."""

    def __init__(self, case: Case, tracer: Tracer | None = None) -> None:
        self.case = case
        self.tracer = tracer or Tracer(case)
        self.producers = Producers(case)
        self._memo: dict[tuple[int, int], Origin] = {}
        self._depth = 0

    def of_known(self, tensor: Any, axis: int) -> Origin | None:
        """Return the origin of an axis; None when the tensor was made by no recorded call."""
        if isinstance(tensor, Spec) or self.producers.of(tensor) is None:
            return None
        return self.of(tensor, axis)

    def of(self, tensor: Any, axis: int, before: CallRecord | None = None) -> Origin:
        """Return the origin of an axis of a tensor.

        Args:
            tensor: the tensor.
            axis: may count from the end.
            before: the call that received it.
        """
        shape = shape_of(tensor)
        if shape is None or not -len(shape) <= axis < len(shape):
            return unknown(f"the tensor has no axis {axis}")
        axis %= len(shape)
        call = self.producers.of(tensor, before)
        if call is None:
            return self._from_outside(tensor, axis, shape, before)
        key = (id(tensor), axis)
        if key not in self._memo:
            if self._depth > _DEPTH:
                return unknown("the way back is too long")
            self._memo[key] = unknown("the way back goes round")
            self._depth += 1
            try:
                index = self.producers.index_of(tensor, call)
                self._memo[key] = self.of_call(call, index, axis, shape)
            finally:
                self._depth -= 1
        return self._memo[key]

    def of_input(self, call: CallRecord, index: int, axis: int) -> Origin:
        """Return the origin of an axis of what a call received."""
        if index >= len(call.inputs):
            return unknown(f"{call.class_name} has no input {index}")
        return self.of(call.inputs[index], axis, call)

    def of_call(self, call: CallRecord, output: int, axis: int, shape: Shape) -> Origin:
        """Return the origin of an axis of a call's output."""
        step = Step(self, call, call.operation, output, axis, shape)
        if "InputLayer" in step.names:
            return of_entry(step)
        return self.of_step(step)

    def of_step(self, step: Step) -> Origin:
        """Return the origin of an axis by the rule of the layer's nearest known class."""
        if step.call.is_layer or step.operation is not step.call.operation:
            for base in type(step.operation).__mro__:
                rule = RULES.get(base.__name__)
                if rule is not None and base.__module__.startswith("keras"):
                    return rule(step) or step.whole()
        elif type(step.operation).__name__ in operations.RULES:
            return operations.RULES[type(step.operation).__name__](step) or step.whole()
        return self._of_model(step) or self._of_children(step) or self._of_same(step)

    def _of_same(self, step: Step) -> Origin:
        """A layer that returns the shape it was given hands every axis on."""
        for index in range(len(step.call.inputs)):
            if compatible(step.input_shape(index), step.shape):
                return step.input(step.axis, index)
        return step.whole("what fixes its output shape is not known")

    def _of_model(self, step: Step) -> Origin | None:
        """A nested functional model: the same axis inside it."""
        if not step.names & {"Functional", "Sequential"}:
            return None
        outputs = getattr(step.operation, "outputs", None)
        if not isinstance(outputs, list) or step.output >= len(outputs):
            return None
        inner = outputs[step.output]
        if inner is None or len(shape_of(inner) or ()) != step.rank:
            return None
        return self.of(inner, step.axis)

    def _of_children(self, step: Step) -> Origin | None:
        """A layer of the user's: the last of the layers in it that made this shape."""
        for child in reversed(step.call.children):
            for index, spec in enumerate(child.output_specs):
                if compatible(spec.shape, step.shape):
                    tensor = child.outputs[index]
                    key = (id(tensor), step.axis)
                    if self._memo.get(key) is None and not isinstance(tensor, Spec):
                        return self.of(tensor, step.axis, child)
                    return self.of_call(child, index, step.axis, step.shape)
        return None

    def _from_outside(
        self, tensor: Any, axis: int, shape: Shape, before: CallRecord | None
    ) -> Origin:
        """A tensor that no call made: what the layer around was given, or the data."""
        size = shape[axis]
        if before is None:
            return Origin("data", f"a tensor of shape {shape}", None, size)
        parent = before.parent
        while parent is not None:
            fitting = [
                index
                for index, spec in enumerate(parent.input_specs)
                if compatible(spec.shape, shape)
            ]
            if fitting:
                return self.of_input(parent, fitting[0], axis)
            parent = parent.parent
        found = self._of_source(before, tensor, axis)
        return found or of_data(self, before, tensor, axis)

    def _of_source(self, call: CallRecord, tensor: Any, axis: int) -> Origin | None:
        """What the source says that a call in the middle of a `call` method was given."""
        from graphscope.doctor.origins.dimensions.expressions import Expressions

        scope = scope_of(self.case, call.site)
        if scope is None or not isinstance(scope.at, ast.Call) or call.parent is None:
            return None
        index = next((i for i, each in enumerate(call.inputs) if each is tensor), 0)
        arguments = scope.at.args
        if index >= len(arguments):
            return None
        return Expressions(self).of(arguments[index], scope, axis, shape_of(tensor))

    def of_expression(self, node: ast.expr, scope: Scope, axis: int, shape: Any = None) -> Origin:
        """Return the origin of an axis of what an expression in the source gives."""
        from graphscope.doctor.origins.dimensions.expressions import Expressions

        found = Expressions(self).of(node, scope, axis, shape)
        return found or unknown("the source does not tell the sizes of this expression")

    def is_layer(self, operation: Any) -> bool:
        """Whether an operation is a layer."""
        return "Layer" in class_names(operation)
