"""Processes that run trials: a zygote's children, or fresh ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graphscope.doctor.fixes.verify import Outcome, Trial, Workers, start_workers

MakeTrial = Callable[..., Trial]


def wait_for(workers: Workers, count: int) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    until = time.monotonic() + 30
    while len(outcomes) < count and time.monotonic() < until:
        outcomes |= {each.key: each for each in workers.wait(1.0)}
    return outcomes


@pytest.mark.parametrize("may_fork", [True, False])
def test_trials_run_side_by_side(make_trial: MakeTrial, may_fork: bool) -> None:
    with start_workers([], may_fork=may_fork) as workers:
        for key in ("a", "b"):
            workers.submit(make_trial(f"import time; time.sleep(0.3); {key}1", key))
        outcomes = wait_for(workers, 2)
    assert {key: each.message for key, each in outcomes.items()} == {
        "a": "name 'a1' is not defined",
        "b": "name 'b1' is not defined",
    }


def test_trials_do_not_see_each_other(make_trial: MakeTrial) -> None:
    with start_workers([]) as workers:
        workers.submit(make_trial("import json; json.mark = 1", "a"))
        wait_for(workers, 1)
        workers.submit(make_trial("import json; json.mark", "b"))
        assert wait_for(workers, 1)["b"].exception == "AttributeError"


@pytest.mark.parametrize("deed", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_process_that_ends_without_a_word_is_told(make_trial: MakeTrial, deed: str) -> None:
    with start_workers([]) as workers:
        workers.submit(make_trial(f"import os; {deed}"))
        outcome = wait_for(workers, 1)["1"]
    assert outcome.kind == "crashed"
    assert outcome.message in ("status 3", "SIGKILL")


def test_nothing_runs_on_when_the_block_ends(make_trial: MakeTrial, tmp_path: Path) -> None:
    with start_workers([]) as workers:
        trial = make_trial(
            "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(99)"
        )
        workers.submit(trial)
        told = Path(trial.cwd) / "pid"
        while not (told.exists() and told.read_text()):
            workers.wait(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


def test_a_program_meets_no_child_of_ours() -> None:
    with start_workers([]), pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
