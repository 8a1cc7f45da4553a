"""Remembers the warnings that were shown, with the user's line that caused them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graphscope.doctor.watching.watcher import Watcher


@contextmanager
def hooks(watcher: Watcher) -> Iterator[None]:
    """Watch the warnings that are shown inside the block."""
    original = warnings.showwarning

    def show(message: Any, category: type[Warning], *rest: Any, **more: Any) -> None:
        state = watcher.state
        site = state.camera.capture(sys._getframe(1))
        watcher.recording.warnings.append((str(message), site))
        if state.boundary is not None:
            state.boundary.warnings.append(str(message))
        original(message, category, *rest, **more)

    warnings.showwarning = show
    try:
        yield
    finally:
        # Whoever replaced it meanwhile (a catch_warnings that is still open) keeps theirs.
        if warnings.showwarning is show:
            warnings.showwarning = original
