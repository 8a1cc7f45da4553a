"""The parent of this process, as the child sees it."""

from __future__ import annotations

import os
import signal
import threading
from typing import IO, Any

from graphscope.session.children.messages import send


class Parent:
    """Who asked, and who gets the answer.

    Args:
        channel: what is written here, the parent reads.
        lifeline: the number of a pipe whose other end the parent holds open while it waits.
    """

    def __init__(self, channel: IO[bytes], lifeline: int) -> None:
        self._channel = channel
        self._lifeline = lifeline

    def tell(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Send a message."""
        send(self._channel, header, payload)

    def follow(self) -> None:
        """End this process, with all that it started, as soon as the parent is gone."""
        leads_group = hasattr(os, "killpg") and os.getpgrp() == os.getpid()
        threading.Thread(target=_end_with, args=(self._lifeline, leads_group), daemon=True).start()


def _end_with(lifeline: int, leads_group: bool) -> None:
    os.read(lifeline, 1)
    try:
        if leads_group:
            os.killpg(0, signal.SIGKILL)
    finally:
        # A process that may send no signal started no others.
        os._exit(1)
