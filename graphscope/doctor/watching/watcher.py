"""Installs all hooks for as long as a program is watched, and takes every one of them out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from graphscope.doctor.records import Boundary, Recording
from graphscope.doctor.watching.sites import SiteCamera


class ThreadState(threading.local):
    """What one thread of the program is in the middle of."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        """Pending calls, outermost first."""
        self.boundary: Boundary | None = None
        self.is_creating = False
        self.compile_loss: Any = None
        self.loss_index = 0
        self.camera = SiteCamera()


class Watcher:
    """One watched run: the recording and the state of each thread."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.state = ThreadState()


@contextmanager
def watching(recording: Recording) -> Iterator[Recording]:
    """Fill a recording with what Keras is asked to do inside the block, in every thread."""
    from graphscope.doctor.watching import (
        boundaries,
        calls,
        creations,
        losses,
        tracebacks,
        warned,
    )

    watcher = Watcher(recording)
    with ExitStack() as stack:
        for part in (tracebacks, creations, calls, boundaries, losses, warned):
            stack.enter_context(part.hooks(watcher))
        try:
            yield recording
        finally:
            watcher.state.camera.forget()
