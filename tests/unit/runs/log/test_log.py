"""Logs: whole records or none, and readers that are never misled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from graphscope.runs import Columns, End, Start, Step
from graphscope.runs.log import LogWriter, RunTail, find_runs, make_writer_id, read_run


def _log(folder: Path, steps: range, writer: str = "rank0-a-1-1", rank: int = 0) -> LogWriter:
    log = LogWriter(folder, writer)
    log.write(Start(folder.name, writer, 1.0, rank))
    log.write(Columns(0, ("loss",)))
    for step in steps:
        log.write(Step(step, float(step), 0, (1 / step,)))
    return log


def test_a_run_is_read_as_series(tmp_path: Path) -> None:
    log = _log(tmp_path / "exp", range(1, 2001))
    log.write(End(2000, 2000.0, "finished"))
    log.close()
    run = read_run(tmp_path / "exp")
    assert (run.name, run.last_step) == ("exp", 2000)
    assert run.steps["loss"].values[[0, 1, -1]].tolist() == [1.0, 0.5, 0.0005]
    assert run.end is not None
    assert find_runs(tmp_path) == [tmp_path / "exp"]


def test_a_tail_gives_each_record_once(tmp_path: Path) -> None:
    log = _log(tmp_path, range(1, 3))
    tail = RunTail(tmp_path)
    assert len(tail.poll()) == 4
    assert tail.poll() == []
    log.write(Step(3, 3.0, 0, (0.5,)))
    assert tail.poll() == [("rank0-a-1-1", Step(3, 3.0, 0, (0.5,)))]


def test_half_a_record_is_waited_for(tmp_path: Path) -> None:
    path = _log(tmp_path, range(1, 2)).path
    tail = RunTail(tmp_path)
    tail.poll()
    with path.open("ab") as stream:
        stream.write(b'{"k":"s","c":0,"s":2,')
        stream.flush()
        assert tail.poll() == []
        stream.write(b'"t":2.0,"v":[0.5]}\n')
    assert [record.step for _, record in tail.poll() if isinstance(record, Step)] == [2]
    assert tail.notes == []


def test_two_writers_of_one_run_do_not_meet(tmp_path: Path) -> None:
    _log(tmp_path, range(1, 4), "rank0-a-1-1")
    _log(tmp_path, range(4, 6), "rank0-b-2-2")
    assert read_run(tmp_path).steps["loss"].steps.tolist() == [1, 2, 3, 4, 5]
    with pytest.raises(FileExistsError):
        LogWriter(tmp_path, "rank0-a-1-1")


def test_steps_that_were_written_out_of_order_are_sorted(tmp_path: Path) -> None:
    _log(tmp_path, range(5, 0, -1))
    assert read_run(tmp_path).steps["loss"].steps.tolist() == [1, 2, 3, 4, 5]


def test_a_log_that_was_cut_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = _log(tmp_path, range(1, 100)).path
    tail = RunTail(tmp_path)
    tail.poll()
    os.truncate(path, 0)
    assert tail.poll() == []
    assert tail.restarts == 1


def test_a_log_that_took_the_place_of_another_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = _log(tmp_path, range(1, 100)).path
    tail = RunTail(tmp_path)
    tail.poll()
    path.write_bytes(path.read_bytes().replace(b'"t":1.0', b'"t":2.0', 1))
    assert len(tail.poll()) == 101
    assert tail.restarts == 1


def test_a_deleted_run_is_empty(tmp_path: Path) -> None:
    log = _log(tmp_path / "exp", range(1, 3))
    assert not log.is_gone()
    tail = RunTail(tmp_path / "exp")
    log.path.unlink()
    (tmp_path / "exp").rmdir()
    assert tail.poll() == []
    assert log.is_gone()
    log.write(Step(3, 3.0, 0, (0.5,)))  # It goes to a file that nobody sees, and harms nobody.


_FULL = """
import resource, sys
from pathlib import Path
from graphscope.runs import Columns, Step
from graphscope.runs.log import LogWriter
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = LogWriter(Path(sys.argv[1]), "w")
log.write(Columns(0, ("loss",)))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
lost = 0
for step in range(1, 101):
    if step == 90:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    try:
        log.write(Step(step, 1.0, 0, (0.5,)))
    except OSError:
        lost += 1
    else:
        print(step)
print(lost, file=sys.stderr)
"""


def test_a_full_disk_loses_what_it_refused_and_nothing_else(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    acknowledged = [int(line) for line in ended.stdout.split()]
    assert acknowledged[-1] == 100
    assert int(ended.stderr) == 100 - len(acknowledged) > 0
    assert read_run(tmp_path).steps["loss"].steps.tolist() == acknowledged


def _write_for_ever(folder: Path, pipe: int) -> None:
    log = LogWriter(folder, make_writer_id())
    log.write(Columns(0, ("loss",)))
    step = 0
    while True:
        step += 1
        log.write(Step(step, 1.0, 0, (0.5,)))
        os.write(pipe, step.to_bytes(8, "big"))


def test_a_killed_writer_loses_no_record_that_was_acknowledged(tmp_path: Path) -> None:
    rounds = int(os.environ.get("GRAPHSCOPE_KILLS", "20"))  # `make nightly` kills a hundred.
    for number in range(rounds):
        folder = tmp_path / str(number)
        reading, writing = os.pipe()
        writer = get_context("fork").Process(target=_write_for_ever, args=(folder, writing))
        writer.start()
        os.close(writing)
        last = b""
        while int.from_bytes(last[-8:], "big") < 40 + 7 * number:
            last = os.read(reading, 8 * 4096)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        while more := os.read(reading, 8 * 4096):
            last = more
        os.close(reading)
        acknowledged = int.from_bytes(last[-8:], "big")
        run = read_run(folder)
        assert run.steps["loss"].steps.tolist()[:acknowledged] == list(range(1, acknowledged + 1))
        assert run.notes == ()
