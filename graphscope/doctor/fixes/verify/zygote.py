"""A process that was forked when the frameworks were there and the program was not.

It waits until it is asked to run a trial, forks a child for it, and watches over that. It belongs
to no terminal, so Ctrl-C does not reach it; it ends when the process that made it ends, and with
it all its children.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
import traceback
import warnings
from contextlib import suppress
from typing import Any

from graphscope.doctor.fixes.verify.supervision import PAUSE, Forked, Supervisor
from graphscope.doctor.fixes.verify.trial import Outcome, Trial

_STOP = b"stop\n"


class Zygote:
    """This process's end of it."""

    def __init__(self) -> None:
        self._socket, other = socket.socketpair()
        self._lines = _Lines(self._socket)
        # Forked twice: a program that waits for its children must not meet one of ours.
        first = _fork()
        if first == 0:
            if _fork() == 0:
                self._socket.close()
                _serve(other)
            os._exit(0)
        os.waitpid(first, 0)
        other.close()

    def submit(self, trial: Trial) -> None:
        """Start a trial."""
        self._socket.sendall(json.dumps(trial.as_dict()).encode() + b"\n")

    def wait(self, seconds: float) -> list[Outcome]:
        """Return what has ended; wait for something to end, at most so long.

        Raises:
            ConnectionError: when the process has ended.
        """
        lines = self._lines.read(seconds)
        if lines is None:
            raise ConnectionError("the process that tries fixes has ended")
        return [Outcome.from_dict(json.loads(line)) for line in lines]

    def close(self) -> None:
        """End it and all trials, and wait until they are gone."""
        with suppress(OSError):
            self._socket.sendall(_STOP)
            while self._lines.read(5.0):
                pass
        self._socket.close()


def _fork() -> int:
    with warnings.catch_warnings():
        # Python 3.12 warns of threads; those of the frameworks do nothing before a program runs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


class _Lines:
    """Lines that arrive at a socket."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source
        self._rest = b""

    def read(self, seconds: float) -> list[bytes] | None:
        """Return the lines that are there, waiting for the first; None at the end."""
        until = time.monotonic() + seconds
        while b"\n" not in self._rest:
            left = max(0.0, until - time.monotonic())
            if not select.select([self._source], [], [], left)[0]:
                return []
            try:
                arrived = self._source.recv(1 << 16)
            except ConnectionError:
                return None
            if not arrived:
                return None
            self._rest += arrived
        *lines, self._rest = self._rest.split(b"\n")
        return lines


def _serve(asked: socket.socket) -> None:
    """Be the zygote, until the process that made it is gone or says so."""
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        supervisor = Supervisor(lambda trial: _fork_child(trial, asked))
        try:
            _answer(_Lines(asked), asked, supervisor)
        finally:
            supervisor.stop()
    finally:
        os._exit(0)


def _answer(lines: _Lines, asked: socket.socket, supervisor: Supervisor) -> None:
    while True:
        arrived = lines.read(PAUSE if supervisor.is_busy else 3600.0)
        if arrived is None or _STOP.strip() in arrived:
            return
        for line in arrived:
            _import_ours()
            supervisor.submit(Trial.from_dict(json.loads(line)))
        for outcome in supervisor.collect():
            asked.sendall(json.dumps(outcome.as_dict()).encode() + b"\n")


def _import_ours() -> None:
    """Import here, once, what every child needs; not before, as most programs need none of it."""
    from graphscope.doctor import checks, examine, rules, watching
    from graphscope.doctor.fixes.verify import guards, kernel, redirect
    from graphscope.doctor.rule import load_rules

    del examine, watching, guards, kernel, redirect
    for package in (checks, rules):
        with suppress(Exception):  # A broken rule is told of where it is applied.
            load_rules(package)


def _fork_child(trial: Trial, asked: socket.socket) -> Forked:
    pid = _fork()
    if pid:
        return Forked(pid)
    status: Any = 1
    try:
        os.setsid()
        asked.close()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from graphscope.doctor.fixes.verify.child import run_trial
        from graphscope.doctor.fixes.verify.kernel import die_with_parent

        die_with_parent()
        run_trial(trial)
        status = 0
    except BaseException:  # noqa: BLE001 - ours; it is in the output of the trial
        traceback.print_exc()
    finally:
        os._exit(status)
