"""The program's own run: watched, and its end taken down."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphscope.doctor.records import Failure, Recording
from graphscope.doctor.running import Launch, execute, make_main, when_imported
from graphscope.doctor.source import Program
from graphscope.session.debug.bare import bare_failure

if TYPE_CHECKING:
    from graphscope.doctor.health.attaching import Attached


@dataclass(slots=True, eq=False)
class Ending:
    """How a program ended.

    Attributes:
        variables: the main module's, as they were at the end.
        seconds: how long it ran.
        raised: what it raised, `SystemExit` and Ctrl-C included; None when it ran to its end.
        failure: the exception that a diagnosis is to explain: what was raised, or what a
            `sys.exit(1)` in an `except` block answered to.
        notes: what went wrong in watching it.
    """

    variables: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    raised: BaseException | None = None
    failure: Failure | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def is_normal(self) -> bool:
        """Whether the program came to its end as it meant to."""
        return self.raised is None or (
            isinstance(self.raised, SystemExit) and self.raised.code in (None, 0)
        )


def run_program(
    launch: Launch, recording: Recording, program: Program, monitors: Attached | None = None
) -> Ending:
    """Run a program in this process, as Python would; whatever it raises is in the answer.

    Args:
        launch: the program.
        recording: filled with what it asks of Keras.
        program: its source.
        monitors: given to each `fit`, when training is to be watched.
    """
    ending = Ending()
    main = make_main(launch)
    ending.variables = main.__dict__
    started = time.perf_counter()
    with ExitStack() as stack:
        stack.enter_context(
            when_imported("keras", lambda: watch(stack, recording, ending.notes, monitors))
        )
        try:
            execute(launch, main)
        except BaseException as error:  # noqa: BLE001 - however it ends, it is the user's program
            ending.raised = error
    ending.seconds = time.perf_counter() - started
    failed = _to_explain(ending.raised)
    if failed is not None:
        ending.failure = failure_of(failed, recording, program, ending.notes)
    return ending


def watch(
    stack: ExitStack, recording: Recording, notes: list[str], monitors: Attached | None = None
) -> None:
    """Start watching; a fault of ours leaves the program unwatched, not broken."""
    try:
        if monitors is not None:
            from graphscope.doctor.health.attaching import attached

            stack.enter_context(attached(monitors))
        from graphscope.doctor.watching import watching

        stack.push(_Contained(_entered(watching(recording)), notes))
    except Exception as error:  # noqa: BLE001 - ours, told in a note
        notes.append(_note("watched", error))


def _entered(manager: AbstractContextManager[Any]) -> ExitStack:
    """Enter a context manager; return what leaves it."""
    entered = ExitStack()
    entered.enter_context(manager)
    return entered


class _Contained(AbstractContextManager[None]):
    """Leaves another context; what that raises becomes a note."""

    def __init__(self, inner: ExitStack, notes: list[str]) -> None:
        self._inner = inner
        self._notes = notes

    def __exit__(self, *_details: object) -> None:
        try:
            self._inner.close()
        except Exception as error:  # noqa: BLE001 - ours, told in a note
            self._notes.append(_note("watched to its end", error))


def _to_explain(raised: BaseException | None) -> Exception | None:
    if isinstance(raised, Exception):
        return raised
    if isinstance(raised, SystemExit) and raised.code not in (None, 0):
        context = raised.__cause__ or raised.__context__
        return context if isinstance(context, Exception) else None
    return None


def failure_of(
    error: Exception, recording: Recording, program: Program, notes: list[str]
) -> Failure:
    """Return what is known of an exception; where our own code fails, what its traceback tells."""
    try:
        from graphscope.doctor.watching import make_failure

        return make_failure(error, recording, program)
    except Exception as ours:  # noqa: BLE001 - ours, told in a note; the traceback still speaks
        notes.append(_note("examined where it failed", ours))
        return bare_failure(error, program)


def _note(doing: str, error: Exception) -> str:
    text = " ".join(str(error).split())[:200]
    return f"The program could not be {doing} ({type(error).__name__}: {text})."


def print_traceback(error: BaseException) -> None:
    """Print an exception exactly as Python would: without our frames, by the program's own hook."""
    from graphscope.session.debug.traces import without_our_frames

    cleaned = without_our_frames(error)
    sys.excepthook(type(cleaned), cleaned, cleaned.__traceback__)
