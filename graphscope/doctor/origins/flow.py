"""The way that a tensor came through the layers, and where two of them parted."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Place
from graphscope.doctor.origins.making import making_place
from graphscope.doctor.origins.producers import Producers, compatible, shape_of
from graphscope.doctor.origins.tracing import Tracer
from graphscope.doctor.records import CallRecord, Shape


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A tensor after one call.

    Attributes:
        name: of the layer; of an operation, its class.
        class_name: class of the layer or operation.
        shape: of the tensor that the call made.
        place: the line on which the layer was made, or the operation called.
        call: the call.
        size: along the axis that was asked about; None where the axis is open or none was.
    """

    name: str
    class_name: str
    shape: Shape | None
    place: Place | None
    call: CallRecord
    size: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Divergence:
    """Two tensors, back to what both came from.

    Attributes:
        common: the last stage of both; None when they have nothing in common.
        left: from there to the first tensor, in the order of the program.
        right: from there to the second.
    """

    common: Stage | None
    left: tuple[Stage, ...]
    right: tuple[Stage, ...]


class Flow:
    """Looks back through the calls of a recording."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.tracer = Tracer(case)
        self.producers = Producers(case)

    def inputs_of(self, call: CallRecord) -> list[Any]:
        """Return what a call received; inside a layer of the user's, what that one received."""
        inputs: list[Any] = []
        for tensor in call.inputs:
            inputs.append(self.outside(tensor, call))
        return inputs

    def outside(self, tensor: Any, call: CallRecord) -> Any:
        """Return the tensor itself, or what it was called before it came into a layer."""
        current = call
        while self.producers.of(tensor, current) is None and current.parent is not None:
            current = current.parent
            shape = shape_of(tensor)
            for given, spec in zip(current.inputs, current.input_specs, strict=False):
                if compatible(spec.shape, shape):
                    tensor = given
                    break
        return tensor

    def stage(self, call: CallRecord, tensor: Any, axis: int | None = None) -> Stage:
        """Return a stage; `axis` counts from 0."""
        shape = shape_of(tensor)
        place = making_place(self.tracer, call.operation) if call.is_layer else None
        if place is None and call.site:
            place = Place(call.site[0].position.file, call.site[0].position.line)
        size = (
            shape[axis] if shape and axis is not None and -len(shape) <= axis < len(shape) else None
        )
        name = call.name if call.is_layer else call.class_name
        return Stage(name, call.class_name, shape, place, call, size)

    def history(self, tensor: Any, axis: int | None) -> list[Stage]:
        """Return the stages from the input to a tensor, along the first inputs."""
        stages: list[Stage] = []
        seen: set[int] = set()
        before: CallRecord | None = None
        while id(tensor) not in seen:
            seen.add(id(tensor))
            call = self.producers.of(tensor, before)
            if call is None:
                break
            stages.append(self.stage(call, tensor, axis))
            if not call.inputs:
                break
            tensor, before = self.inputs_of(call)[0], call
        return stages[::-1]

    def ancestry(self, tensor: Any) -> dict[int, tuple[Any, CallRecord | None, int | None]]:
        """Return everything that a tensor came from, nearest first.

        Each by its id: the tensor, the call that made it, and the id of the tensor that it led to.
        """
        found: dict[int, tuple[Any, CallRecord | None, int | None]] = {}
        waiting: deque[tuple[Any, CallRecord | None, int | None]] = deque([(tensor, None, None)])
        while waiting:
            current, before, towards = waiting.popleft()
            if id(current) in found:
                continue
            call = self.producers.of(current, before)
            found[id(current)] = (current, call, towards)
            if call is not None:
                waiting.extend((each, call, id(current)) for each in self.inputs_of(call))
        return found


def history(case: Case, tensor: Any, axis: int | None = None) -> list[Stage]:
    """Return how a tensor came to be: each call from the input to here, with its shape.

    Args:
        case: the program and its recording.
        tensor: the tensor.
        axis: whose sizes `Stage.size` shall hold.
    """
    return Flow(case).history(tensor, axis)


def diverge(case: Case, left: Any, right: Any) -> Divergence:
    """Return the ways of two tensors from the last tensor that both came from."""
    flow = Flow(case)
    first, second = flow.ancestry(left), flow.ancestry(right)
    common = next((each for each in second if each in first), None)
    if common is None:
        return Divergence(None, tuple(flow.history(left, None)), tuple(flow.history(right, None)))
    tensor, call, _ = first[common]
    stage = flow.stage(call, tensor) if call else None
    return Divergence(stage, _way(flow, first, common), _way(flow, second, common))


def _way(
    flow: Flow, ancestry: dict[int, tuple[Any, CallRecord | None, int | None]], start: int
) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    towards = ancestry[start][2]
    while towards is not None:
        tensor, call, following = ancestry[towards]
        if call is not None:
            stages.append(flow.stage(call, tensor))
        towards = following
    return tuple(stages)


def tell_sizes(stages: list[Stage]) -> str:
    """Return the sizes along the axis, each change once: `28 -> 26 -> 13 -> 11`."""
    told: list[str] = []
    for stage in stages:
        size = "None" if stage.size is None else str(stage.size)
        if not told or told[-1] != size:
            told.append(size)
    return " -> ".join(told)
