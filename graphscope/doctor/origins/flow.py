"""The way that a tensor came through the layers, and where two of them parted."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Place
from graphscope.doctor.origins.making import making_place
from graphscope.doctor.origins.producers import Producers, compatible, shape_of
from graphscope.doctor.origins.tracing import Tracer
from graphscope.doctor.records import CallRecord, Shape, Spec

Key: TypeAlias = Hashable
Ancestry: TypeAlias = dict[Key, tuple[Any, CallRecord | None, Key | None]]


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
        """Return the tensor itself, or what it was called before it came into a layer.

        What a function without record gave (an activation, a slice) counts as the output of the
        elder sibling that made a tensor of its shape.
        """
        current = call
        while self.producers.of(tensor, current) is None and current.parent is not None:
            inner, current = current, current.parent
            given = _given(current, tensor)
            if given is None:
                elder = self.producers.elder(tensor, inner)
                return tensor if elder is None else elder
            tensor = given
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

    def history(
        self, tensor: Any, axis: int | None, inside: CallRecord | None = None
    ) -> list[Stage]:
        """Return the stages from the input to a tensor, along the first inputs."""
        stages: list[Stage] = []
        seen: set[Key] = set()
        tensor, before = self.start(tensor, inside)
        while True:
            call = self.producers.of(tensor, before)
            if call is None or _key(tensor, call) in seen:
                break
            seen.add(_key(tensor, call))
            stages.append(self.stage(call, tensor, axis))
            if not call.inputs:
                break
            tensor, before = self.inputs_of(call)[0], call
        return stages[::-1]

    def start(self, tensor: Any, inside: CallRecord | None) -> tuple[Any, CallRecord | None]:
        """Return a tensor as it is known where it was made, and a call that may have received it.

        Args:
            tensor: the tensor.
            inside: the call of the user's layer or model in which it is at hand.
        """
        if inside is None:
            return tensor, None
        reader = CallRecord(None, "", "", False, (), {}, [tensor], [], (), inside)
        return self.outside(tensor, reader), reader

    def ancestry(self, tensor: Any, inside: CallRecord | None = None) -> Ancestry:
        """Return everything that a tensor came from, nearest first.

        Each by its key: the tensor, the call that made it, and the key of the tensor it led to.
        """
        found: Ancestry = {}
        waiting: deque[tuple[Any, CallRecord | None, Key | None]] = deque()
        waiting.append((*self.start(tensor, inside), None))
        while waiting:
            current, before, towards = waiting.popleft()
            call = self.producers.of(current, before)
            key = _key(current, call)
            if key in found:
                continue
            found[key] = (current, call, towards)
            if call is not None:
                waiting.extend((each, call, key) for each in self.inputs_of(call))
        return found


def _given(call: CallRecord, tensor: Any) -> Any:
    """Return the input of a layer that a tensor inside of it can be; None when there is none."""
    shape = shape_of(tensor)
    pairs = zip(call.inputs, call.input_specs, strict=False)
    return next((given for given, spec in pairs if compatible(spec.shape, shape)), None)


def _key(tensor: Any, call: CallRecord | None) -> Key:
    """Return what tells tensors apart; the specs that are left of arrays by the call they left."""
    if call is not None:
        index = next((i for i, output in enumerate(call.outputs) if output is tensor), 0)
        return (id(call), index)
    return str(tensor) if isinstance(tensor, Spec) else id(tensor)


def history(
    case: Case, tensor: Any, axis: int | None = None, *, inside: CallRecord | None = None
) -> list[Stage]:
    """Return how a tensor came to be: each call from the input to here, with its shape.

    Args:
        case: the program and its recording.
        tensor: the tensor.
        axis: whose sizes `Stage.size` shall hold.
        inside: the call of the user's layer or model inside which the tensor is at hand.
    """
    return Flow(case).history(tensor, axis, inside)


def diverge(case: Case, left: Any, right: Any, *, inside: CallRecord | None = None) -> Divergence:
    """Return the ways of two tensors from the last tensor that both came from.

    Args:
        case: the program and its recording.
        left, right: the tensors.
        inside: the call of the user's layer or model inside which they are at hand.
    """
    flow = Flow(case)
    first, second = flow.ancestry(left, inside), flow.ancestry(right, inside)
    common = next((each for each in second if each in first), None)
    if common is None:
        ways = [tuple(flow.history(each, None, inside)) for each in (left, right)]
        return Divergence(None, ways[0], ways[1])
    tensor, call, _ = first[common]
    stage = flow.stage(call, tensor) if call else None
    return Divergence(stage, _way(flow, first, common), _way(flow, second, common))


def _way(flow: Flow, ancestry: Ancestry, start: Key) -> tuple[Stage, ...]:
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
