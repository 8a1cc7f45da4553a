"""Who runs trials: a warm process that forks, or a fresh process for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from graphscope.doctor.fixes.verify.supervision import Process, Supervisor
from graphscope.doctor.fixes.verify.trial import Outcome, Trial


class Workers(Protocol):
    """Runs trials in processes of their own."""

    def submit(self, trial: Trial) -> None:
        """Start a trial."""
        ...

    def wait(self, seconds: float) -> list[Outcome]:
        """Return what has ended; wait for something to end, at most so long."""
        ...


@contextmanager
def start_workers(modules: Sequence[str], *, may_fork: bool = True) -> Iterator[Workers]:
    """Have processes ready in which trials can run; all of them end with the block.

    Args:
        modules: the frameworks that this process has imported for the program.
        may_fork: whether this process has run nothing yet that a fork cannot take over: threads
            and the state of TensorFlow.
    """
    if may_fork and hasattr(os, "fork"):
        from graphscope.doctor.fixes.verify.zygote import Zygote

        zygote = Zygote()
        try:
            yield zygote
        finally:
            zygote.close()
        return
    supervisor = Supervisor(lambda trial: _fresh(replace(trial, modules=tuple(modules))))
    try:
        yield supervisor
    finally:
        supervisor.stop()


def _fresh(trial: Trial) -> Process:
    file = Path(trial.scratch) / "trial.json"
    file.write_text(json.dumps(trial.as_dict()))
    with suppress(OSError):
        return subprocess.Popen(
            [sys.executable, "-m", "graphscope.doctor.fixes.verify.child", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    raise RuntimeError("no process could be started to try a fix in")
