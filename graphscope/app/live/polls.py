"""How many visitors may wait at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

WAITING = 16
"""Polls that wait at once; as many browser tabs are watched."""
THREADS = WAITING + 8
"""Of the server: a browser opens six connections, and polls must not starve them."""
LONGEST = 25.0
"""Seconds that a poll waits at most: proxies give up after thirty."""


class Polls:
    """Counts those who wait."""

    def __init__(self, limit: int = WAITING) -> None:
        self._free = threading.BoundedSemaphore(limit)

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Within it a place is taken; yields whether there was one."""
        has_place = self._free.acquire(blocking=False)
        try:
            yield has_place
        finally:
            if has_place:
                self._free.release()
