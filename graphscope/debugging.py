"""The doctor in Python code and in notebooks: `debug`, `explain`, `%load_ext graphscope`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphscope.doctor.records import Recording
    from graphscope.doctor.reports import Report

_WIDTH = 88
"""Columns of a report that is kept as text."""


@contextmanager
def debug() -> Iterator[None]:
    """Watch a block of code; when it raises, print a diagnosis, and let the exception pass.

    >>> with debug():
    ...     total = 1 + 1
    """
    from graphscope.session.debug.blocks import recorded

    with recorded() as recording:
        try:
            yield
        except Exception as error:
            _tell(error, recording)
            raise


def explain(error: BaseException | None = None) -> None:
    """Print what is known of an exception: the one given, or else the last that was not caught.

    Raises:
        GraphscopeError: when there was none.
    """
    error = error or _last_error()
    if not isinstance(error, Exception):
        from graphscope.errors import GraphscopeError

        raise GraphscopeError(
            "There is no exception to explain.", "Call explain() after one, or give it one."
        )
    _tell(error, _session.recording if _session else None)


def _last_error() -> BaseException | None:
    current = sys.exc_info()[1]
    last: BaseException | None = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    return current or last


def _tell(error: Exception, recording: Recording | None) -> None:
    """Print a report; a fault of ours is told in a line, as the user's exception matters more."""
    try:
        from graphscope.cli.diagnosis import make_console, print_report
        from graphscope.session.debug.blocks import examine_error

        report = examine_error(error, recording)
        if report.diagnoses:
            print_report(report, make_console(sys.stderr))
        else:
            print("graphscope: this failure is outside its subject.", file=sys.stderr)  # noqa: T201
    except Exception as ours:  # noqa: BLE001 - see above
        text = f"graphscope: the failure could not be examined ({type(ours).__name__}: {ours})."
        print(text, file=sys.stderr)  # noqa: T201


def as_text(report: Report) -> str:
    """Return a report as it is printed, without colours."""
    from rich.console import Console

    from graphscope.cli.diagnosis import print_report

    text = StringIO()
    print_report(report, Console(file=text, width=_WIDTH, highlight=False, markup=False))
    return text.getvalue()


class _Session:
    """A notebook that is watched from `%load_ext graphscope` on."""

    def __init__(self, shell: Any) -> None:
        from graphscope.session.debug.blocks import recorded

        self._shell = shell
        self._stack = ExitStack()
        self.recording = self._stack.enter_context(recorded())
        shell.events.register("post_run_cell", self.after_cell)

    def after_cell(self, result: Any) -> None:
        """Explain what a cell raised; else let go of the tensors that it computed."""
        error = getattr(result, "error_in_exec", None)
        if isinstance(error, Exception):
            _tell(error, self.recording)
            return
        self.recording.calls[:] = [call for call in self.recording.calls if _is_symbolic(call)]

    def close(self) -> None:
        """Stop watching."""
        self._shell.events.unregister("post_run_cell", self.after_cell)
        self._stack.close()


def _is_symbolic(call: Any) -> bool:
    return all(type(tensor).__name__ == "KerasTensor" for tensor in call.inputs)


_session: _Session | None = None


def load_ipython_extension(shell: Any) -> None:
    """Show a diagnosis below each cell that fails: `%load_ext graphscope`."""
    global _session  # noqa: PLW0603 - there is one notebook in a process
    unload_ipython_extension(shell)
    _session = _Session(shell)


def unload_ipython_extension(shell: Any) -> None:  # noqa: ARG001 - IPython gives it
    """Stop showing diagnoses."""
    global _session  # noqa: PLW0603 - as above
    if _session is not None:
        _session.close()
        _session = None
