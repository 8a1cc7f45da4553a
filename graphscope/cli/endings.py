"""Commands that serve until they are told to end: by Ctrl-C, or by a signal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_SIGNALS = ("SIGTERM", "SIGHUP")
"""What service managers, `kill` and closed terminals send. Windows has no SIGHUP."""

_BY_SIGNAL = 128
"""Shells tell an end by signal as 128 and its number."""


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let signals that would kill this process end the block as an exception does.

    What the block holds is then cleaned up, and the process exits with the status that shells give
    to such an end. A second SIGTERM kills at once. What is ignored (`nohup`) stays ignored, and a
    handler that somebody else set stays.
    """
    taken = _take() if threading.current_thread() is threading.main_thread() else {}
    try:
        yield
    finally:
        for number, handler in taken.items():
            if signal.getsignal(number) is _end:
                signal.signal(number, handler)


def _take() -> dict[int, signal.Handlers]:
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    free = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in free:
        signal.signal(number, _end)
    return dict.fromkeys(free, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    is_terminal = number != signal.SIGTERM
    # The kernel and the shell both tell of a closed terminal; the second must not stop the work.
    signal.signal(number, signal.SIG_IGN if is_terminal else signal.SIG_DFL)
    raise SystemExit(_BY_SIGNAL + number)
