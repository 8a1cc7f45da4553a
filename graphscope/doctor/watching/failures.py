"""Turns the exception that ended a program into a `Failure`."""

from __future__ import annotations

from graphscope.doctor.records import Boundary, CallRecord, Failure, Recording, TracebackEntry
from graphscope.doctor.source import Program
from graphscope.doctor.watching import boundaries, calls
from graphscope.doctor.watching.blame import (
    find_creating,
    find_root,
    framework_frames,
    stage_of,
    swallowed_by,
)
from graphscope.doctor.watching.described import inner_frames, site_of
from graphscope.doctor.watching.graph_errors import call_of_node, is_gradient, lines_of_node
from graphscope.doctor.watching.messages import described_lines, graph_node, strip_message
from graphscope.doctor.watching.tracebacks import build_traceback, variable_of


def is_failure(exception: BaseException) -> bool:
    """Whether an exception means that the program failed, not that it or its user ended it."""
    return isinstance(exception, Exception)


def make_failure(
    exception: BaseException,
    recording: Recording,
    program: Program,
) -> Failure:
    """Return what is known about the exception that ended a program.

    Raises:
        ValueError: for exits and interrupts, which are no failures.
    """
    if not is_failure(exception):
        raise ValueError(f"{type(exception).__name__} is not a failure")
    root, entries = find_root(exception, recording)
    text = str(root)
    node = graph_node(text)
    lines = described_lines(text)
    failing = _failing_calls(entries)
    boundary = _failing_boundary(entries)
    site = site_of(entries, root, program)
    call = failing[-1] if failing else None
    if node is not None and swallowed_by(root, recording) is None:
        # The graph runs long after the calls that wrote it have returned.
        if not lines or is_gradient(node):
            lines = lines_of_node(node, recording) or lines
        site = inner_frames(lines, site, recording, program) + site
        call = call_of_node(node, recording) or call
    return Failure(
        exception=exception,
        type_name=type(root).__name__,
        message=strip_message(text),
        traceback=build_traceback(entries),
        site=site,
        stage=stage_of(root, entries, boundary, failing),
        boundary=boundary,
        call=call,
        layer_call=_innermost_layer(call),
        creating=find_creating(root, entries, recording),
        keras_frames=framework_frames(entries),
        graph_node=node,
        described_lines=[(line.file, line.line) for line in lines],
    )


def _innermost_layer(call: CallRecord | None) -> CallRecord | None:
    while call is not None and not call.is_layer:
        call = call.parent
    return call


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
