"""Which of the recorded calls are shown: those of the last attempt at what failed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphscope.doctor.failure_graph.attempts import Attempts, drop_repeated
from graphscope.doctor.failure_graph.tensors import is_symbolic, key_of
from graphscope.doctor.records import CallRecord, Failure, Recording


@dataclass(slots=True)
class Selection:
    """Calls to show, in program order.

    Attributes:
        calls: calls that none of the others surrounds.
        whole: the call of a model whose inside is the whole graph; then it is the only one.
        outputs: tensors that the model returns, where that is known apart from the calls.
        failed: the innermost call that failed.
        refused: the call of the model that did not take what it was given, so that nothing in it
            ran; then the calls are those that built the model.
        model: the model that is shown, where it is one.
        aliases: tensors of calls that were left out as repeated, with those that stand for them.
    """

    calls: list[CallRecord] = field(default_factory=list)
    whole: CallRecord | None = None
    outputs: Sequence[Any] = ()
    failed: CallRecord | None = None
    refused: CallRecord | None = None
    model: Any = None
    aliases: dict[Hashable, Hashable] = field(default_factory=dict)


def select_calls(
    recording: Recording, failure: Failure | None, attempts: Attempts, model: Any = None
) -> Selection:
    """Return the calls that led to a failure, or those of the last run of a model.

    Args:
        recording: everything that happened.
        failure: what ended the program.
        attempts: the calls by operation.
        model: the model in question, where no call failed; by default the one that was being
            trained, loaded or run, else the last one that was called.
    """
    tops = [call for call in recording.calls if call.parent is None]
    failed = failed_call(failure)
    if failed is not None:
        return _select_failed(tops, failed)
    if model is None:
        model = _find_model(recording, failure)
    found = _select_run(attempts, model) or _select_built(tops, model)
    if found is None and tops:
        found = _select_failed(tops, tops[-1])
        found.failed = None
    return found or Selection(model=model)


def failed_call(failure: Failure | None) -> CallRecord | None:
    """Return the innermost call that failed."""
    return (failure.call or failure.layer_call) if failure is not None else None


def _select_failed(tops: list[CallRecord], failed: CallRecord) -> Selection:
    top = failed
    while top.parent is not None:
        top = top.parent
    before = _until(tops, top)
    leading = _leading_to(before, [top])
    aliases: dict[Hashable, Hashable] = {}
    calls = drop_repeated([*_with_siblings(before, leading, top), top], aliases)
    if len(calls) == 1 and top.children:
        return Selection(calls, whole=top, failed=failed, model=top.operation)
    if len(calls) == 1 and (built := _select_built(before, top.operation)) is not None:
        built.refused = top
        return built
    return Selection(calls, failed=failed, aliases=aliases)


def _select_run(attempts: Attempts, model: Any) -> Selection | None:
    """Return the last call of a model that ran its layers."""
    run = attempts.fullest(model) if model is not None else None
    return None if run is None else Selection([run], whole=run, model=model)


def _select_built(tops: list[CallRecord], model: Any) -> Selection | None:
    """Return the calls that a functional model was built by."""
    outputs = outputs_of(model)
    wanted = {key_of(tensor) for tensor in outputs}
    ends = [call for call in tops if any(key_of(out) in wanted for out in call.outputs)]
    if not ends:
        return None
    aliases: dict[Hashable, Hashable] = {}
    calls = drop_repeated(_leading_to(tops, ends), aliases)
    return Selection(calls, outputs=outputs, model=model, aliases=aliases)


def outputs_of(model: Any) -> list[Any]:
    """Return the symbolic outputs of a functional model; nothing for any other object."""
    try:
        outputs = list(model.outputs)
    except Exception:  # noqa: BLE001 - a property of the user's class, or no model at all
        return []
    return [tensor for tensor in outputs if is_symbolic(tensor)]


def _find_model(recording: Recording, failure: Failure | None) -> Any:
    if failure is not None and failure.boundary is not None:
        return failure.boundary.model
    for boundary in reversed(recording.boundaries):
        if boundary.kind != "compile":
            return boundary.model
    return next((call.operation for call in reversed(recording.calls) if call.children), None)


def _until(tops: list[CallRecord], top: CallRecord) -> list[CallRecord]:
    position = next((i for i, call in enumerate(tops) if call is top), len(tops))
    return tops[:position]


def _leading_to(calls: list[CallRecord], ends: Iterable[CallRecord]) -> list[CallRecord]:
    """Return the calls whose tensors the ends depend on, and those of the ends in the list."""
    made_by: dict[Hashable, list[int]] = {}
    for position, call in enumerate(calls):
        for tensor in call.outputs:
            made_by.setdefault(key_of(tensor), []).append(position)
    positions = {id(call): position for position, call in enumerate(calls)}
    chosen: set[int] = set()
    waiting = list(ends)
    while waiting:
        call = waiting.pop()
        own = positions.get(id(call), len(calls))
        if own < len(calls):
            chosen.add(own)
        for tensor in call.inputs:
            for maker in made_by.get(key_of(tensor), ()):
                if maker < own and maker not in chosen:
                    chosen.add(maker)
                    waiting.append(calls[maker])
    return [calls[position] for position in sorted(chosen)]


def _with_siblings(
    before: list[CallRecord], chosen: list[CallRecord], top: CallRecord
) -> list[CallRecord]:
    """Add the calls of the model being built that lead elsewhere, such as a branch not yet joined.

    A call belongs to it when all it takes comes from what is shown already.
    """
    if not any(is_symbolic(tensor) for tensor in top.inputs):
        return chosen
    known = {key_of(tensor) for call in (*chosen, top) for tensor in call.inputs}
    known |= {key_of(tensor) for call in chosen for tensor in call.outputs}
    shown = {id(call) for call in chosen}
    for call in before:
        if id(call) in shown or not call.inputs or call.error is not None:
            continue
        if all(is_symbolic(t) and key_of(t) in known for t in call.inputs):
            shown.add(id(call))
            known |= {key_of(tensor) for tensor in call.outputs}
    return [call for call in before if id(call) in shown]
