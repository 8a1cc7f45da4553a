"""A child process, from its start to its answer or its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from graphscope.session.children.messages import Message, MessageError, receive

_PROGRAM = Path(__file__).with_name("start.py")

_LONGEST_COMPLAINT = 300
"""Characters of a child's last words that are repeated."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a child is started for.

    Args:
        module: the dotted name of a module whose `main(task, channel)` does the work.
        task: what it is told, as JSON values.
        environment: the environment of the child.
        isolated: whether the child looks for modules only where this process found its own, and
            not in the working directory; otherwise it starts as any Python program does.
        seconds: after which it is ended.
        most: bytes of an answer that are taken.
    """

    module: str
    task: dict[str, Any]
    environment: Mapping[str, str]
    isolated: bool
    seconds: float
    most: int


class ChildEndedError(Exception):
    """A child ended without an answer.

    Attributes:
        how: how it ended, as the end of a sentence about it.
        signal: the signal that ended it; None where it ended by itself.
        is_late: whether it was ended because its time was over.
    """

    def __init__(self, how: str, *, signal: int | None = None, is_late: bool = False) -> None:
        super().__init__(how)
        self.how = how
        self.signal = signal
        self.is_late = is_late


def ask(job: Job, report: Callable[[str], None]) -> Message:
    """Start a child, and return what it answers; it has ended then.

    Args:
        job: what it is to do.
        report: is told the texts of messages with a `report`, which come before the answer.

    Raises:
        ChildEndedError: when there was no answer.
    """
    with tempfile.TemporaryFile() as complaints, _started(job, complaints) as child:
        with _Deadline(child, job.seconds) as deadline:
            answer = _converse(child, job, report)
            if answer is None or not job.isolated:
                _await_end(child)
        if answer is None:
            raise _describe_end(child, complaints, is_late=deadline.has_passed)
        return answer


@contextmanager
def _started(job: Job, complaints: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [sys.executable, "-I" if job.isolated else "-P", "-X", "utf8", str(_PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=dict(job.environment),
        # A group of its own: an interrupt at the terminal is for this process to handle, and
        # whatever the child started ends with it.
        start_new_session=True,
    )
    assert child.stdin is not None, "it is a pipe"
    with child:
        try:
            yield child
        finally:
            _kill(child)
            # A child that has ended did not take all that it was sent.
            with suppress(BrokenPipeError):
                child.stdin.close()


def _converse(
    child: subprocess.Popen[bytes], job: Job, report: Callable[[str], None]
) -> Message | None:
    assert child.stdin is not None, "it is a pipe"
    assert child.stdout is not None, "it is a pipe"
    path = find_module_folders() if job.isolated else None
    request = {"module": job.module, "path": path, "task": job.task}
    try:
        child.stdin.write(json.dumps(request).encode("ascii") + b"\n")
        child.stdin.flush()
        while message := receive(child.stdout, job.most):
            if "report" not in message.header:
                return message
            report(str(message.header["report"]))
    except BrokenPipeError:
        return None
    except MessageError as error:
        raise ChildEndedError(f"answered with {error}") from error
    return None


def find_module_folders() -> list[str]:
    """Return where this process finds modules, without the folder that it works in.

    Python puts that folder first, and it may be where a stranger's files were unpacked, with a
    `json.py` among them. Behind the standard library it stands on purpose: by an editable install.
    """
    library, working = sysconfig.get_path("stdlib"), _working_folder()
    behind = sys.path.index(library) if library in sys.path else 0
    kept = (
        entry
        for position, entry in enumerate(sys.path)
        if os.path.isabs(entry)  # noqa: PTH117 - entries are text
        and (position > behind or os.path.realpath(entry) != working)
    )
    return list(dict.fromkeys(kept))


def _working_folder() -> str:
    try:
        return os.path.realpath(os.getcwd())  # noqa: PTH109
    except OSError:
        return ""  # It was removed.


def _await_end(child: subprocess.Popen[bytes]) -> None:
    """Wait until a child has ended, and end what it left behind."""
    if hasattr(os, "waitid"):
        # The number of the group stays the child's own until the child is waited for in full.
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        _kill(child)
    child.wait()


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is not None:
        return
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()


class _Deadline:
    """Ends a child when its time has run out."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.has_passed = False
        self._child = child
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    def _pass(self) -> None:
        self.has_passed = True
        _kill(self._child)


def _describe_end(
    child: subprocess.Popen[bytes], complaints: IO[bytes], *, is_late: bool
) -> ChildEndedError:
    code, words = child.returncode, _last_words(complaints)
    number = -code if code < 0 else None
    how = f"ended with status {code}" if number is None else f"was ended by {_name(number)}"
    return ChildEndedError(f"{how} ({words})" if words else how, signal=number, is_late=is_late)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _last_words(complaints: IO[bytes]) -> str:
    end = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, end - 4 * _LONGEST_COMPLAINT))
    lines = complaints.read().decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return last[:_LONGEST_COMPLAINT].rstrip(".")
