"""What a process may use of the machine, set by the process itself where the system can.

Windows has none of these limits and macOS ignores some; there the parent's clock is what remains.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from math import ceil


def limit_allocation(size: int) -> None:
    """Limit what this process allocates; files that it maps for reading do not count."""
    _limit("RLIMIT_DATA", size)


def limit_clock(seconds: float) -> None:
    """End this process after some time, even inside a library that never returns to Python."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def limit_processor(seconds: float) -> None:
    """End this process when it has computed for some time."""
    _limit("RLIMIT_CPU", ceil(seconds))


def limit_files(*, opened: int, written: int) -> None:
    """Limit how many files may be open, and how many bytes one may be written to have."""
    _limit("RLIMIT_NOFILE", opened)
    _limit("RLIMIT_FSIZE", written)
    _limit("RLIMIT_CORE", 0)  # An image of the memory would hold what the file held.


def _limit(name: str, wanted: int) -> None:
    try:
        import resource
    except ImportError:
        return
    number = getattr(resource, name, None)
    if number is None:
        return
    _, most = resource.getrlimit(number)
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    # macOS refuses limits below what is in use already; its own then hold.
    with suppress(ValueError, OSError):
        resource.setrlimit(number, (limit, limit))
