"""Whether a training still runs, told by its process or by its silence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from graphscope.runs.index.status import SILENCE, Log, status_of
from graphscope.runs.log import make_writer_id

ELSEWHERE = "rank0-elsewhere-1-1000000"
NOW = 1_000_000.0


def log(writer: str = ELSEWHERE, rank: int = 0, **fields: object) -> Log:
    known = {"first_time": NOW - 100, "last_time": NOW - 10, "steps": 50, "status": None}
    return Log(writer, rank, **(known | fields))  # type: ignore[arg-type]


def writer_of(process: int, microseconds: str | None = None) -> str:
    """Return the id that a process of this machine would have."""
    rest, _, time = make_writer_id(0).rpartition("-")
    return f"{rest.rpartition('-')[0]}-{process}-{microseconds or time}"


def test_a_process_of_this_machine_runs_as_long_as_it_lives() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        writer = writer_of(process.pid)
        long_silent = log(writer, last_time=NOW - 1e6, first_time=NOW - 2e6)
        assert status_of([long_silent], NOW) == "running"
        process.communicate(b"\n")
    assert status_of([log(writer)], NOW) == "killed"


def test_a_number_that_another_process_was_given_is_not_the_writer() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert status_of([log(writer_of(process.pid, "1000000"))], NOW) == "killed"
        process.communicate(b"\n")


@pytest.mark.parametrize(
    ("silent", "seconds_per_step", "status"),
    [
        (SILENCE - 1, 1.0, "running"),
        (SILENCE + 1, 1.0, "killed"),
        (SILENCE * 3, 600.0, "running"),
        (SILENCE * 20, 600.0, "killed"),
    ],
)
def test_elsewhere_it_is_the_silence_that_counts(
    silent: float, seconds_per_step: float, status: str
) -> None:
    last = NOW - silent
    first = last - 50 * seconds_per_step
    assert status_of([log(first_time=first, last_time=last)], NOW) == status


@pytest.mark.parametrize("status", ["finished", "stopped", "failed"])
def test_how_a_log_was_closed_is_how_the_run_ended(status: str) -> None:
    assert status_of([log(status=status)], NOW) == status


def test_of_several_writers_the_latest_counts() -> None:
    failed = log(status="failed", first_time=NOW - 1e6, last_time=NOW - 1e6)
    again = log("rank0-elsewhere-2-2", first_time=NOW - 5e5, last_time=NOW - 10)
    assert status_of([failed, again], NOW) == "running"
    assert status_of([failed, log("x", first_time=NOW - 1, status="finished")], NOW) == "finished"
    lost = log("x", first_time=NOW - 5e5, last_time=NOW - 5e5)
    assert status_of([failed, lost], NOW) == "killed"


def test_of_a_log_without_records_nothing_is_expected() -> None:
    assert status_of([log(first_time=None, last_time=None)], NOW) == "killed"
    assert status_of([], NOW) == "killed"
