"""Waiting for processes that are no children of the test's own (Linux)."""

from __future__ import annotations

import os
import select

SECONDS = 60.0


def await_end(process: int) -> None:
    """Return when a process has ended; fail when it goes on."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        assert select.select([watched], [], [], SECONDS)[0], f"process {process} goes on"
    finally:
        os.close(watched)
