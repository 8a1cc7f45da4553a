"""Examining an exception of a part of a program: a block, a cell, a test."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from graphscope.doctor.case import Case
from graphscope.doctor.examine import examine
from graphscope.doctor.records import Recording
from graphscope.doctor.reports import Report, make_report
from graphscope.doctor.running import when_imported
from graphscope.doctor.silencing import apply_silencing
from graphscope.doctor.source import Program
from graphscope.session.debug.cells import program_around
from graphscope.session.debug.run import failure_of, watch


@contextmanager
def recorded() -> Iterator[Recording]:
    """Watch what Keras is asked to do in the block, once Keras is there."""
    recording = Recording()
    notes: list[str] = []
    with ExitStack() as stack:
        stack.enter_context(when_imported("keras", lambda: watch(stack, recording, notes)))
        yield recording


def examine_error(
    error: Exception, recording: Recording | None = None, program: Program | None = None
) -> Report:
    """Return what is known of an exception; its fixes are proposed, not tried.

    Args:
        error: with its traceback.
        recording: of the run that it ended. Without one the traceback's frames, which are still
            alive, have to do.
        program: whose source counts as the user's; by default the one that the traceback starts
            in.
    """
    started = time.perf_counter()
    notes: list[str] = []
    program = program or program_around(error)
    recording = recording or Recording()
    failure = failure_of(error, recording, program, notes)
    case = Case(program, recording, failure, failure.site[-1].globals if failure.site else {})
    try:
        kept, silenced, remarks = apply_silencing(examine(case, notes.append), program.folder)
    except Exception as ours:  # noqa: BLE001 - our own fault must not hide the user's
        notes.append(f"The failure could not be examined ({type(ours).__name__}: {ours}).")
        kept, silenced, remarks = [], 0, []
    seconds = time.perf_counter() - started
    return make_report(case, kept, notes=[*notes, *remarks], seconds=seconds, silenced=silenced)
