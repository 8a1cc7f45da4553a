"""Whether a training still runs, as far as its logs tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphscope.runs.log import make_writer_id

RunStatus = Literal["running", "finished", "stopped", "failed", "killed"]

SILENCE = 900.0
"""Seconds without news after which a training on another machine counts as killed: evaluating and
compiling log nothing, and may take minutes."""
_INTERVALS = 20.0
"""Or that many times the usual time between two steps, where steps take long."""


@dataclass(frozen=True, slots=True)
class Log:
    """What is known of one writer's log.

    Attributes:
        writer: its id.
        rank: of its process.
        first_time, last_time: of its first and last record; None when it has none.
        steps: the last step in it.
        status: how it was closed; None when it was not.
    """

    writer: str
    rank: int
    first_time: float | None
    last_time: float | None
    steps: int
    status: str | None


def status_of(logs: Sequence[Log], now: float) -> RunStatus:
    """Return the status of a run with some logs.

    Args:
        logs: of all its writers.
        now: seconds since the epoch.
    """
    open_logs = [log for log in logs if log.status is None]
    if any(_is_alive(log, now) for log in open_logs):
        return "running"
    latest = max(logs, key=lambda log: (log.first_time or 0.0, -log.rank), default=None)
    if latest is None or latest.status is None:
        return "killed"
    return "finished" if latest.status == "finished" else _other(latest.status)


def _other(status: str) -> RunStatus:
    return "stopped" if status == "stopped" else "failed"


def _is_alive(log: Log, now: float) -> bool:
    """Whether the process that writes a log lives; by the time of its news where it is not here."""
    process = _process_of(log.writer, log.rank)
    if process is not None:
        return _runs_since(*process)
    if log.last_time is None or log.first_time is None:
        return False
    interval = (log.last_time - log.first_time) / max(log.steps, 1)
    return now - log.last_time < max(SILENCE, _INTERVALS * interval)


def _process_of(writer: str, rank: int) -> tuple[int, float] | None:
    """Return number and latest start of this machine's process that writes a log; None elsewhere.

    Args:
        writer: id of the writer, as `make_writer_id` makes it: rank, machine, process, time.
        rank: of the writer.
    """
    parts = re.fullmatch(r"(.+)-(\d+)-(\d+)", writer)
    if parts is None or parts[1] != make_writer_id(rank).rsplit("-", 2)[0]:
        return None
    return int(parts[2]), int(parts[3]) / 1e6


def _runs_since(process: int, time: float) -> bool:
    """Whether a process lives that began before a time; a later one was given an old number."""
    import psutil

    try:
        found = psutil.Process(process)
        return bool(found.is_running() and found.status() != psutil.STATUS_ZOMBIE
                    and found.create_time() <= time + 1)  # fmt: skip
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
