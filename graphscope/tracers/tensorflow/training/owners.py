"""The phase that each operation of a traced step belongs to.

While a step is traced, an operation is owned by the call or phase that was running. What the
user's own `train_step` computes between the phases is settled here, from what it depends on and
what depends on it.
"""

from __future__ import annotations

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


def settle_loose(graph: Any, log: StepLog, phases: Phases) -> None:
    """Give the operations that the step itself created to a phase."""
    finder = PhaseFinder(phases)
    rounds = {call: number for number, call in phases.items()}
    flow = Flow(graph)
    owners = {operation: creation.owner for operation, creation in log.items()}
    loose = [each for each in flow.operations if owners.get(each) is phases.step]
    if not loose:
        return
    by_name: dict[str, list[Any]] = {}
    for operation, owner in owners.items():
        by_name.setdefault(finder.name(owner), []).append(operation)
    after_forward = flow.after(by_name.get(FORWARD, []))
    after_gradient = flow.after(by_name.get(GRADIENT, []))
    targets = [each for request in phases.gradients for each in request.targets]
    before_target = flow.before(tensor.op for tensor in targets if hasattr(tensor, "op"))
    before_assign = flow.before(each for each in loose if is_assignment(each))

    def choose(operation: Any) -> str:
        if operation in after_gradient or operation in before_assign:
            return UPDATE
        if operation not in after_forward:
            return FORWARD
        return LOSS if operation in before_target else METRICS

    def round_of(operation: Any) -> int | None:
        owner = owners.get(operation)
        phase = None if owner is None else finder.of(owner)
        return None if phase is None else rounds[phase]

    for operation in loose:
        around = [round_of(each) for each in flow.inputs(operation)]
        known = [number for number in around if number is not None]
        if not known:
            later = (round_of(each) for each in flow.consumers.get(operation, ()))
            known = [number for number in later if number is not None][:1]
        call = phases.call(choose(operation), max(known, default=0))
        rounds[call] = max(known, default=0)
        owners[operation] = call
        log.move(operation, call)


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
