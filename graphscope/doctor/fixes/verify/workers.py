"""Who runs trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from graphscope.doctor.fixes.verify.trial import Outcome, Trial
from graphscope.doctor.running import Launch


class Workers(Protocol):
    """Runs trials in processes of their own."""

    def submit(self, trial: Trial) -> None:
        """Start a trial."""
        ...

    def wait(self, seconds: float) -> list[Outcome]:
        """Return what has ended; wait for something to end, at most so long."""
        ...


@contextmanager
def start_workers(launch: Launch, modules: Sequence[str]) -> Iterator[Workers]:
    """Have processes ready in which trials can run, and end them all at the end."""
    yield _Nobody()


class _Nobody:
    def submit(self, trial: Trial) -> None:
        pass

    def wait(self, seconds: float) -> list[Outcome]:
        return []
