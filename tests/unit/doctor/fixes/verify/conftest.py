"""A script is run as a trial, in a process that a zygote forks."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graphscope.doctor.fixes.verify import Outcome, Trial, Workers, start_workers
from graphscope.doctor.fixes.verify.trial import OUTPUT
from graphscope.doctor.running import Launch


class Ran(NamedTuple):
    outcome: Outcome
    output: str
    folder: Path
    """The scratch folder."""


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with start_workers([]) as started:
        yield started


@pytest.fixture
def make_trial(tmp_path: Path) -> Callable[..., Trial]:
    def make(script: str, key: str = "1", **options: Any) -> Trial:
        scratch = tmp_path.resolve() / f"scratch{key}"
        program = scratch / "program"
        program.mkdir(parents=True)
        file = program / "main.py"
        file.write_text(textwrap.dedent(script))
        launch = Launch(str(file), str(program), (str(file),))
        trial = Trial(
            key, launch, original="/original", cwd=str(program), scratch=str(scratch), seconds=20.0
        )
        return replace(trial, **options)

    return make


@pytest.fixture
def run(make_trial: Callable[..., Trial], workers: Workers) -> Callable[..., Ran]:
    def run_script(script: str, **options: Any) -> Ran:
        trial = make_trial(script, **options)
        workers.submit(trial)
        outcomes: list[Outcome] = []
        while not outcomes:
            outcomes = workers.wait(30.0)
        folder = Path(trial.scratch)
        return Ran(outcomes[0], (folder / OUTPUT).read_text(), folder)

    return run_script
