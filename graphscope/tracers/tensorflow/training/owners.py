"""The phase that each operation of a traced step belongs to.

While a step is traced, an operation is owned by the call or phase that was running. What the
user's own `train_step` computes between the phases is settled here, from what it depends on and
what depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from graphscope.analysis.phases import FORWARD, GRADIENT, LOSS, METRICS, UPDATE
from graphscope.tracers.recorder import Call
from graphscope.tracers.tensorflow.operations import Creation, OperationLog
from graphscope.tracers.tensorflow.training.flow import Flow
from graphscope.tracers.tensorflow.training.phases import Phases


class StepLog(OperationLog):
    """Creations that can be corrected once the whole step is known."""

    def move(self, operation: Any, owner: Call, **changes: Any) -> None:
        """Let an operation belong to another call."""
        before = self._creations.get(operation)
        if before is None:
            before = Creation(owner, None)
        self._creations[operation] = replace(before, owner=owner, **changes)


class PhaseFinder:
    """Finds the phase in which a call lies."""

    def __init__(self, phases: Phases) -> None:
        self._step = phases.step
        self._found: dict[Call, Call | None] = {}

    def of(self, call: Call) -> Call | None:
        """Return the call that stands for the phase; None for the step itself."""
        if call not in self._found:
            current: Call | None = call
            while current is not None and current.parent is not self._step:
                current = current.parent
            self._found[call] = current
        return self._found[call]

    @staticmethod
    def name_above(call: Call) -> str:
        """Return the name of the phase of a call, found without looking anything up."""
        while call.parent is not None and call.parent.parent is not None:
            call = call.parent
        return "" if call.parent is None else str(call.operation.name)

    def name(self, call: Call) -> str:
        """Return the name of the phase, "" for the step itself."""
        phase = self.of(call)
        return "" if phase is None else str(phase.operation.name)


def settle_loose(
    graph: Any, log: StepLog, phases: Phases, writes_weight: Callable[[Any], bool]
) -> None:
    """Give the operations that the step itself created to a phase.

    - What a call of a layer depends on prepares its input: forward.
    - What comes after a gradient, or helps to assign a weight: update.
    - What comes after a call of a layer: loss where a gradient is asked of it, else metrics.
    - The rest prepares something: forward.

    Args:
        graph: the graph of the step.
        log: who made each operation; corrected here.
        phases: the phases of the step.
        writes_weight: whether an operation assigns a weight of the model.
    """
    flow = Flow(graph)
    loose = _Loose(flow, log, phases)
    if not loose.operations:
        return
    forward, gradient = loose.settled(FORWARD), loose.settled(GRADIENT)
    before_forward, after_forward = flow.before(forward), flow.after(forward)
    after_gradient = flow.after(gradient)
    targets = [each for request in phases.gradients for each in request.targets]
    before_target = flow.before(tensor.op for tensor in targets if hasattr(tensor, "op"))
    before_assign = flow.before(each for each in loose.operations if writes_weight(each))

    def choose(operation: Any) -> str:
        if operation in before_forward:
            return FORWARD
        if operation in after_gradient or operation in before_assign:
            return UPDATE
        if operation not in after_forward:
            return FORWARD
        return LOSS if operation in before_target else METRICS

    names = {operation: choose(operation) for operation in loose.operations}
    # Preparations belong to the round of what they prepare, the rest to that of what it uses.
    for operation in reversed(loose.operations):
        if names[operation] == FORWARD:
            loose.place(operation, FORWARD, flow.consumers.get(operation, ()), min)
    for operation in loose.operations:
        if names[operation] != FORWARD:
            loose.place(operation, names[operation], flow.inputs(operation), max)


class _Loose:
    """The operations of a step that lie in no phase yet, and the rounds of those that do."""

    def __init__(self, flow: Flow, log: StepLog, phases: Phases) -> None:
        self._log = log
        self._phases = phases
        self._finder = PhaseFinder(phases)
        self._rounds = {call: number for number, call in phases.items()}
        self._owners = {operation: creation.owner for operation, creation in log.items()}
        self.operations = [
            each for each in flow.operations if self._owners.get(each) is phases.step
        ]

    def settled(self, name: str) -> list[Any]:
        """Return the operations that lie in a phase of that name already."""
        return [each for each, owner in self._owners.items() if self._finder.name(owner) == name]

    def place(
        self,
        operation: Any,
        name: str,
        around: Iterable[Any],
        choose: Callable[[Iterable[int]], int],
    ) -> None:
        """Give an operation to a phase, in the round of the operations around it."""
        rounds = [number for each in around if (number := self._round(each)) is not None]
        number = choose(rounds) if rounds else 0
        call = self._phases.call(name, number)
        self._rounds[call] = number
        self._owners[operation] = call
        self._log.move(operation, call)

    def _round(self, operation: Any) -> int | None:
        owner = self._owners.get(operation)
        phase = None if owner is None else self._finder.of(owner)
        return None if phase is None else self._rounds[phase]


ASSIGNMENTS = (
    "AssignVariableOp",
    "AssignAddVariableOp",
    "AssignSubVariableOp",
    "ResourceScatterAdd",
    "ResourceScatterSub",
    "ResourceScatterUpdate",
    "ResourceScatterNdUpdate",
    "ResourceScatterNdAdd",
    "ResourceScatterNdSub",
    "ResourceScatterMul",
    "ResourceScatterDiv",
    "ResourceScatterMin",
    "ResourceScatterMax",
    "ResourceStridedSliceAssign",
)


def is_assignment(operation: Any) -> bool:
    """Whether an operation writes a variable, whose handle is its first input."""
    return operation.type in ASSIGNMENTS or operation.type.startswith("ResourceApply")


def handle_operation(tensor: Any) -> Any:
    """Return the operation that gives a handle, from inside any body that captured it."""
    while tensor.op.type == "Placeholder":
        outside = _captured(tensor)
        if outside is None:
            break
        tensor = outside
    return tensor.op


def _captured(tensor: Any) -> Any:
    captures = getattr(tensor.graph, "captures", ())
    return next((outer for outer, inner in captures if inner is tensor), None)
