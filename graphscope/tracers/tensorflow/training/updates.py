"""The place of update operations: with the weight whose update alone they serve."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from graphscope.analysis.phases import UPDATE
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.recorder import Call
from graphscope.tracers.steps.parts import Part
from graphscope.tracers.steps.trained import find_optimizers
from graphscope.tracers.tensorflow.training.flow import Flow
from graphscope.tracers.tensorflow.training.owners import (
    PhaseFinder,
    StepLog,
    handle_operation,
    is_assignment,
)
from graphscope.tracers.tensorflow.training.phases import Phases

Describe = Callable[[Any], tuple[tuple[str, ...], str, str]]
"""Gives the names of the layers around a weight, its own name and its id."""


def settle_updates(
    graphs: Iterable[Any], log: StepLog, phases: Phases, weights: WeightCalls
) -> None:
    """Give update operations to the weight whose update alone they serve."""
    finder = PhaseFinder(phases)
    for graph in graphs:
        flow = Flow(graph)
        serves: dict[str, set[int]] = {}
        for operation in reversed(flow.operations):
            creation = log.find(operation)
            if creation is None or finder.name(creation.owner) != UPDATE:
                continue
            served = weights.written(operation).union(
                *(serves.get(tensor.name, ()) for tensor in operation.outputs)
            )
            exchanged = operation.type == "IdentityN"
            for number, tensor in enumerate(operation.inputs):
                onward = serves.get(operation.outputs[number].name, set()) if exchanged else served
                serves[tensor.name] = serves.get(tensor.name, set()) | onward
            phase = finder.of(creation.owner)
            if len(served) == 1 and phase is not None:
                log.move(operation, weights.call(phase, graph, next(iter(served))))


class WeightCalls:
    """Calls that stand for the update of one weight, inside a phase or a branch of it.

    Args:
        variables: Keras variables by the name of the operation that gives their handle.
        weight_of: the variable of a model that a variable belongs to: itself, or the one that an
            optimizer keeps a slot for.
        describe: tells where a weight belongs.
    """

    def __init__(
        self, variables: dict[str, Any], weight_of: dict[int, Any], describe: Describe
    ) -> None:
        self._variables = variables
        self._weight_of = weight_of
        self._describe = describe
        self._calls: dict[Any, Call] = {}
        self._by_id: dict[int, Any] = {}

    def written(self, operation: Any) -> set[int]:
        """Return the weight that an operation writes, or whose slot it writes; else nothing."""
        if not is_assignment(operation):
            return set()
        variable = self._variables.get(handle_operation(operation.inputs[0]).name)
        weight = self._weight_of.get(id(variable))
        if weight is None:
            return set()
        self._by_id[id(weight)] = weight
        return {id(weight)}

    def call(self, phase: Call, graph: Any, weight: int) -> Call:
        """Return the call that stands for the update of a weight."""
        layers, name, weight_id = self._describe(self._by_id[weight])
        parent = phase
        for length in range(1, len(layers) + 1):
            part = Part(layers[length - 1], "Layer update")
            parent = self._make((phase, id(graph), layers[:length]), part, parent, graph)
        part = Part(name, "Weight update", {"weight": weight_id})
        return self._make((phase, id(graph), weight), part, parent, graph)

    def _make(self, key: Any, part: Part, parent: Call, graph: Any) -> Call:
        if key not in self._calls:
            self._calls[key] = Call(part, parent, graph, [], is_layer=False)
        return self._calls[key]


def find_slots(model: Any) -> dict[int, tuple[Any, str]]:
    """Return the weight and the kind of each slot that the model's optimizers keep, by its id.

    An optimizer keeps its slots in lists that run along its trainable variables.
    """
    slots: dict[int, tuple[Any, str]] = {}
    for optimizer in find_optimizers(model):
        trained = list(optimizer._trainable_variables)
        for name, value in vars(optimizer).items():
            if name in ("_variables", "_trainable_variables") or not isinstance(value, list):
                continue
            if len(value) != len(trained):
                continue
            for slot, weight in zip(value, trained, strict=True):
                if hasattr(slot, "path"):
                    slots[id(slot)] = (weight, _slot_name(slot, weight, name))
    return slots


def _slot_name(slot: Any, weight: Any, attribute: str) -> str:
    """Return what a slot is called, without the path of its weight before it."""
    prefix = f"{weight.path.replace('/', '_')}_"
    return str(slot.name).removeprefix(prefix) or attribute.strip("_")


def make_weight_calls(model: Any, variables: dict[str, Any], ownership: Ownership) -> WeightCalls:
    """Return the calls that stand for the update of each weight of a model.

    Args:
        model: the model, after its step was traced.
        variables: Keras variables by the name of the operation that gives their handle.
        ownership: knows the ids of weights.
    """
    weight_of = {key: weight for key, (weight, _) in find_slots(model).items()}
    for variable in variables.values():
        if ownership.weight_id(variable) is not None:
            weight_of[id(variable)] = variable
    # An optimizer may train a variable that no layer owns.
    known = {
        key: weight for key, weight in weight_of.items() if ownership.weight_id(weight) is not None
    }
    return WeightCalls(variables, known, lambda weight: _describe(weight, ownership))


def _describe(weight: Any, ownership: Ownership) -> tuple[tuple[str, ...], str, str]:
    """Return the names of the layers around a weight, its own name and its id."""
    weight_id = ownership.weight_id(weight)
    assert weight_id is not None, "only weights of layers are known"
    path = weight_id.removeprefix("weight:").split("/")
    layers = path[1:-1] or path[:1]
    return tuple(unquote(each) for each in layers), str(weight.name), weight_id
