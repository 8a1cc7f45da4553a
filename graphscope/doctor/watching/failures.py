"""Turns the exception that ended a program into a `Failure`."""

from __future__ import annotations

from graphscope.doctor.records import Boundary, CallRecord, Failure, Recording, TracebackEntry
from graphscope.doctor.source import Program
from graphscope.doctor.watching import boundaries, calls
from graphscope.doctor.watching.blame import (
    find_creating,
    find_entries,
    framework_frames,
    stage_of,
)
from graphscope.doctor.watching.messages import described_lines, graph_node, strip_message
from graphscope.doctor.watching.sites import live_site
from graphscope.doctor.watching.tracebacks import build_traceback, variable_of


def is_failure(exception: BaseException) -> bool:
    """Whether an exception means that the program failed, not that it or its user ended it."""
    return isinstance(exception, Exception)


def make_failure(
    exception: BaseException,
    recording: Recording,
    program: Program,  # noqa: ARG001 - callers have one, and what is read of a failure may grow
) -> Failure:
    """Return what is known about the exception that ended a program.

    Raises:
        ValueError: for exits and interrupts, which are no failures.
    """
    if not is_failure(exception):
        raise ValueError(f"{type(exception).__name__} is not a failure")
    entries = find_entries(exception, recording)
    failing = _failing_calls(entries)
    boundary = _failing_boundary(entries)
    message = strip_message(str(exception))
    return Failure(
        exception=exception,
        type_name=type(exception).__name__,
        message=message,
        traceback=build_traceback(entries),
        site=live_site((frame, instruction) for frame, instruction, _ in entries),
        stage=stage_of(exception, entries, boundary, failing),
        boundary=boundary,
        call=failing[-1] if failing else None,
        layer_call=next((call for call in reversed(failing) if call.is_layer), None),
        creating=find_creating(exception, entries, recording),
        keras_frames=framework_frames(entries),
        graph_node=graph_node(str(exception)),
        described_lines=described_lines(str(exception)),
    )


def _failing_calls(entries: list[TracebackEntry]) -> list[CallRecord]:
    pending = [variable_of(frame, calls.RUN_CODE, "pending") for frame, _, _ in entries]
    return [call.record for call in pending if call is not None and call.record is not None]


def _failing_boundary(entries: list[TracebackEntry]) -> Boundary | None:
    found: Boundary | None = None
    for frame, _, _ in entries:
        begun = variable_of(frame, boundaries.RUN_CODE, "boundary")
        pending = variable_of(frame, calls.RUN_CODE, "pending")
        found = begun or (pending.boundary if pending is not None else None) or found
    return found
