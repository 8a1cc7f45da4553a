"""Which call made a tensor: recorded, or remembered by the tensor itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins.evaluating import as_spec
from graphscope.doctor.records import CallRecord, Shape, Spec


def class_names(operation: Any) -> frozenset[str]:
    """Return the names of an object's class and all its bases."""
    return frozenset(base.__name__ for base in type(operation).__mro__)


def shape_of(tensor: Any) -> Shape | None:
    """Return a tensor's shape as a tuple; None when its rank is not known."""
    spec = as_spec(tensor)
    return spec.shape if isinstance(spec, Spec) else None


def label(call: CallRecord) -> str:
    """Return how a call is named in texts: `Conv2D 'conv1'`, or `ops.Reshape`."""
    if not call.is_layer:
        return f"ops.{call.class_name}"
    return f"{call.class_name} '{call.name}'" if call.name else call.class_name


class Producers:
    """The calls of a recording by what they made."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._made: dict[int, CallRecord] = {}
        self._order: dict[int, int] = {}
        self._kept: list[Any] = []
        for number, call in enumerate(case.recording.calls):
            self._order[id(call)] = number
            given = {id(tensor) for tensor in call.inputs}
            for output in call.outputs:
                if id(output) in given or isinstance(output, Spec):
                    continue
                known = self._made.get(id(output))
                if known is None or _is_inside(call, known):
                    self._made[id(output)] = call

    def of(self, tensor: Any, before: CallRecord | None = None) -> CallRecord | None:
        """Return the innermost call that made a tensor.

        Args:
            tensor: a symbolic or backend tensor, or the spec that is left of an array.
            before: the call that received it; among its elder siblings is looked for an output of
                that spec when the tensor itself is not known.
        """
        found = self._made.get(id(tensor))
        if found is not None and any(each is tensor for each in found.outputs):
            return found
        return self._of_history(tensor) or self._of_spec(tensor, before)

    def _of_history(self, tensor: Any) -> CallRecord | None:
        history = getattr(tensor, "_keras_history", None)
        if history is None:
            return None
        node = history.operation._inbound_nodes[history.node_index]
        inputs = list(node.input_tensors)
        outputs = list(node.output_tensors if hasattr(node, "output_tensors") else node.outputs)
        operation = history.operation
        call = CallRecord(
            operation=operation,
            class_name=type(operation).__name__,
            name=str(operation.name),
            is_layer="Layer" in class_names(operation),
            args=tuple(node.arguments.args),
            kwargs=dict(node.arguments.kwargs),
            inputs=inputs,
            input_specs=[as_spec(each) for each in inputs],
            site=(),
            parent=None,
            outputs=outputs,
            output_specs=[as_spec(each) for each in outputs],
        )
        self._made[id(tensor)] = call
        return call

    def _of_spec(self, tensor: Any, before: CallRecord | None) -> CallRecord | None:
        spec = as_spec(tensor)
        if before is None or not isinstance(tensor, Spec) or not isinstance(spec, Spec):
            return None
        for call in self._elders(before):
            if spec in call.output_specs:
                return call
        return None

    def elder(self, tensor: Any, before: CallRecord) -> Any:
        """Return the last output of a tensor's shape that an elder sibling of a call made."""
        shape = shape_of(tensor)
        for call in self._elders(before) if shape else ():
            for output, spec in zip(call.outputs, call.output_specs, strict=False):
                if spec.shape == shape:
                    return output
        return None

    def _elders(self, before: CallRecord) -> Iterator[CallRecord]:
        """Yield the calls in the layer around a call that came before it, latest first."""
        number = self._order.get(id(before), len(self._order))
        for call in reversed(self.case.recording.calls[:number]):
            if call.parent is before.parent and call is not before:
                yield call

    def index_of(self, tensor: Any, call: CallRecord) -> int:
        """Return which of a call's outputs a tensor is."""
        for index, output in enumerate(call.outputs):
            if output is tensor:
                return index
        spec = as_spec(tensor)
        return call.output_specs.index(spec) if spec in call.output_specs else 0


def _is_inside(call: CallRecord, other: CallRecord) -> bool:
    parent = call.parent
    while parent is not None:
        if parent is other:
            return True
        parent = parent.parent
    return False


def compatible(left: Shape | None, right: Shape | None) -> bool:
    """Whether two shapes can be those of one tensor, unknown sizes counting as any."""
    if left is None or right is None or len(left) != len(right):
        return False
    return all(a == b or a is None or b is None for a, b in zip(left, right, strict=True))


def ancestors(call: CallRecord) -> Iterator[CallRecord]:
    """Yield the calls around a call, innermost first."""
    parent = call.parent
    while parent is not None:
        yield parent
        parent = parent.parent
