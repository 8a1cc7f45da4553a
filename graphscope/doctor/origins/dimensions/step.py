"""One call on the way back from a tensor's axis, as the rules of the layers see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphscope.doctor.findings import Place
from graphscope.doctor.origins.making import argument_origin, making_of, making_place
from graphscope.doctor.origins.members import Making
from graphscope.doctor.origins.origin import UNKNOWN, Origin
from graphscope.doctor.origins.producers import class_names, label, shape_of
from graphscope.doctor.records import CallRecord, Shape

if TYPE_CHECKING:
    from graphscope.doctor.origins.dimensions.engine import Dimensions


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A call, and the axis of its output that is asked about.

    Attributes:
        engine: follows the axes of the inputs.
        call: the call.
        operation: the layer; inside a wrapper, the layer that is wrapped.
        output: which output.
        axis: counted from 0.
        shape: of that output.
        shift: how many axes a wrapper has taken off the front (TimeDistributed: 1).
        making: the call that made the operation, where it is not the recorded one.
    """

    engine: Dimensions
    call: CallRecord
    operation: Any
    output: int
    axis: int
    shape: Shape
    shift: int = 0
    making: Making | None = None

    @property
    def names(self) -> frozenset[str]:
        """Names of the operation's classes."""
        return class_names(self.operation)

    @property
    def rank(self) -> int:
        """Rank of the output."""
        return len(self.shape)

    @property
    def size(self) -> int | None:
        """The size that is asked about."""
        return self.shape[self.axis]

    @property
    def place(self) -> Place | None:
        """The line on which the layer was made, or the operation called."""
        found = making_place(self.engine.tracer, self.operation) if self.call.is_layer else None
        if found is None and self.call.site:
            position = self.call.site[0].position
            return Place(position.file, position.line)
        return found

    def input_shape(self, index: int = 0) -> Shape:
        """Return the shape of an input, empty when it is not known."""
        if index >= len(self.call.inputs):
            return ()
        spec = self.call.input_specs[index] if index < len(self.call.input_specs) else None
        shape = (spec.shape if spec else None) or shape_of(self.call.inputs[index]) or ()
        return shape[self.shift :]

    def input_size(self, axis: int, index: int = 0) -> int | None:
        """Return a size of an input."""
        shape = self.input_shape(index)
        return shape[axis] if -len(shape) <= axis < len(shape) else None

    def input(self, axis: int, index: int = 0) -> Origin:
        """Return the origin of an axis of an input."""
        if axis >= 0:
            axis += self.shift
        return self.engine.of_input(self.call, index, axis)

    def setting(self, name: str, default: Any = None) -> Any:
        """Return what the layer itself holds of an argument."""
        found = getattr(self.operation, name, UNKNOWN)
        if found is UNKNOWN:
            found = self.call.kwargs.get(name, default)
        return found

    def argument(self, name: str, *, part: int | None = None, value: Any = UNKNOWN) -> Origin:
        """Return the origin of an argument of the layer's constructor."""
        if value is UNKNOWN and part is None:
            value = self.size
        return argument_origin(
            self.engine.tracer, self.operation, name, part=part, value=value, making=self.making
        )

    def given(self, name: str) -> bool:
        """Whether the constructor was given an argument other than its default."""
        return self.argument(name).kind != "default"

    def arithmetic(self, formula: str, *causes: Origin) -> Origin:
        """Return an origin that is a calculation; the formula without its result."""
        text = f"{formula} = {self.size} in {self.label}"
        return Origin("arithmetic", text, self.place, self.size, causes=causes)

    def whole(self, note: str = "") -> Origin:
        """Return the call as the origin, for want of anything finer."""
        making = self.making or making_of(self.engine.tracer, self.operation)
        node, file = (making[0], making[1].file) if making else (None, None)
        text = self.label
        return Origin("call", text, self.place, self.size, file, node, note=note)

    @property
    def label(self) -> str:
        """How the call is named."""
        if self.operation is not self.call.operation:
            return type(self.operation).__name__
        return label(self.call)

    def at(self, **changes: Any) -> Step:
        """Return this step with changes."""
        return replace(self, **changes)
