"""The place of gradient operations: a mirror of the forward call that they are the gradient of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphscope.analysis.phases import FORWARD, GRADIENT, LOSS
from graphscope.tracers.recorder import Call
from graphscope.tracers.steps.parts import Part
from graphscope.tracers.tensorflow.training.flow import Flow
from graphscope.tracers.tensorflow.training.origins import GradientOrigins
from graphscope.tracers.tensorflow.training.owners import PhaseFinder, StepLog
from graphscope.tracers.tensorflow.training.phases import Phases

_GRADIENT_SCOPE = "gradient_tape/"
"""Name scope that tapes put around gradient operations, before the scope of the forward one."""


def settle_gradients(
    graphs: Iterable[Any], log: StepLog, phases: Phases, origins: GradientOrigins
) -> set[Any]:
    """Give gradient operations to a mirror of the call that they are the gradient of.

    Args:
        graphs: the traced graph and all graphs inside it.
        log: who made each operation.
        phases: the phases of the step.
        origins: the forward operation of each gradient operation; completed here for the sums of
            gradients and the values that gradients start from.

    Returns:
        The operations that save values for the gradient while the forward pass runs.
    """
    finder = PhaseFinder(phases)
    mirrors = _Mirrors(phases, finder)
    all_saved: set[Any] = set()
    forward = origins.forward
    for graph in graphs:
        flow = Flow(graph)
        if not origins.is_exact:
            _read_names(flow, log, finder, forward)
        _complete(flow, log, finder, forward)
        saved = _find_saved(flow, log, finder)
        for operation in flow.operations:
            creation = log.find(operation)
            if creation is None or finder.name(creation.owner) != GRADIENT:
                continue
            origin = log.find(forward[operation]) if operation in forward else None
            if origin is None:
                continue
            if operation in saved:
                log.move(operation, _lift(origin.owner, graph), source=origin.source)
                forward.pop(operation)
                all_saved.add(operation)
                continue
            phase = finder.of(creation.owner)
            assert phase is not None, "a gradient operation lies in a phase"
            log.move(operation, mirrors.of(phase, graph, origin.owner), source=origin.source)
    return all_saved


class _Mirrors:
    """Calls inside the gradient phase that mirror those of the forward pass."""

    def __init__(self, phases: Phases, finder: PhaseFinder) -> None:
        self._phases = phases
        self._finder = finder
        self._made: dict[Any, Call] = {}

    def of(self, phase: Call, graph: Any, call: Call) -> Call:
        """Return the mirror, in a gradient phase, of a call in the forward or loss phase."""
        key = (phase, id(graph), call)
        if key in self._made:
            return self._made[key]
        origin = self._finder.of(call)
        chain = []
        current: Call | None = call
        while current is not None and current is not origin and current is not self._phases.step:
            # A body lies inside the mirror of the call that ran the loop already.
            if graph is not phase.context and current.context is phase.context:
                break
            chain.append(current)
            current = current.parent
        parent = phase
        if origin is not None and origin.operation.name != FORWARD and current is origin:
            parent = self._make((phase, id(graph), origin), parent, graph, origin)
        for each in reversed(chain):
            parent = self._make((phase, id(graph), each), parent, graph, each)
        self._made[key] = parent
        return parent

    def _make(self, key: Any, parent: Call, graph: Any, call: Call) -> Call:
        if key not in self._made:
            operation = call.operation
            is_part = isinstance(operation, Part)
            kind = operation.type if is_part else type(operation).__name__
            part = Part(operation.name, kind, {"gradient_of": call})
            self._made[key] = Call(part, parent, graph, [], is_layer=False)
        return self._made[key]


def _lift(call: Call, graph: Any) -> Call:
    """Return the call, or the one around it, that was made while a graph was built."""
    while call.context is not graph and call.parent is not None:
        call = call.parent
    return call


def _read_names(flow: Flow, log: StepLog, finder: PhaseFinder, forward: dict[Any, Any]) -> None:
    """Find the origin of gradient operations by their names, where nothing better is known.

    The name scope of a gradient operation is that of its forward operation, which several share;
    the last of the same type is taken, or the last of all.
    """
    by_scope: dict[str, list[Any]] = {}
    for operation in flow.operations:
        creation = log.find(operation)
        if creation is None:
            continue
        if finder.name(creation.owner) in (FORWARD, LOSS):
            by_scope.setdefault(operation.name.rpartition("/")[0], []).append(operation)
        elif operation not in forward and operation.name.startswith(_GRADIENT_SCOPE):
            scope = operation.name.removeprefix(_GRADIENT_SCOPE).rpartition("/")[0]
            while scope and scope not in by_scope:
                scope = scope.rpartition("/")[0]
            candidates = by_scope.get(scope, [])
            alike = [each for each in candidates if operation.type.startswith(each.type)]
            if candidates:
                forward[operation] = (alike or candidates)[-1]


def _complete(flow: Flow, log: StepLog, finder: PhaseFinder, forward: dict[Any, Any]) -> None:
    """Find the origin of what no gradient function made: sums, ones and zeros of the tape.

    A sum of gradients is made for the operation whose gradient function takes it next. One that
    none takes is the gradient of a weight; it belongs to the last operation it sums over.
    """
    missing = [
        operation
        for operation in flow.operations
        if operation not in forward
        and (creation := log.find(operation)) is not None
        and finder.name(creation.owner) == GRADIENT
    ]
    _take_from_consumers(missing, flow, forward)
    for operation in missing:
        if operation not in forward:
            origins = [forward[each] for each in flow.inputs(operation) if each in forward]
            if origins:
                forward[operation] = origins[-1]
    _take_from_consumers(missing, flow, forward)


def _take_from_consumers(operations: list[Any], flow: Flow, forward: dict[Any, Any]) -> None:
    for operation in reversed(operations):
        if operation in forward:
            continue
        origins = (forward.get(each) for each in flow.consumers.get(operation, ()))
        found = next((origin for origin in origins if origin is not None), None)
        if found is not None:
            forward[operation] = found


def _find_saved(flow: Flow, log: StepLog, finder: PhaseFinder) -> set[Any]:
    """Return operations that save values for the gradient while the forward pass runs.

    They are made when the gradient of a loop is computed, but they run in or before the loop.
    """
    place = {operation: number for number, operation in enumerate(flow.operations)}
    forward, late = set(), []
    for operation in flow.operations:
        creation = log.find(operation)
        phase = "" if creation is None else finder.name(creation.owner)
        if phase in (FORWARD, LOSS):
            forward.add(operation)
        elif phase == GRADIENT:
            late.append(operation)
    if not forward or not late:
        return set()
    if flow.is_body:
        return set(late)
    seeds = [
        operation
        for operation in late
        if any(
            consumer in forward and place[consumer] < place[operation]
            for consumer in flow.consumers.get(operation, ())
        )
    ]
    return flow.before(seeds) - forward
