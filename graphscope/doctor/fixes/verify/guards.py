"""What a trial is not allowed to do: change files outside, use the network, start programs.

Guarded everywhere, by a hook that Python itself asks before it acts: opening files for writing,
removing, renaming, linking and changing the attributes of files; connecting, sending and looking
up names, but for this machine's own addresses; starting other programs; signals to processes that
are not the trial's. On Linux the kernel guards writes (Landlock) and the network (a namespace)
against native code as well, where it lets us. Not guarded: what native code reads; native writes
and connections where the kernel does not help; what the program did to other machines before it
failed, which is done. The time, memory, processor and file-size limits are set by the supervisor.
"""

from __future__ import annotations

import ipaddress
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from graphscope.doctor.fixes.verify.redirect import WRITING, Redirection, real_path

LARGEST_FILE = 2 << 30


class RefusedError(PermissionError):
    """The trial wanted to do what it is not allowed to do here."""


def install(redirection: Redirection, refused: Callable[[str], None]) -> None:
    """Guard this process to its end.

    Args:
        redirection: knows what may be written to.
        refused: told what was refused, as the program may hide the exception.
    """
    guard = _Guard(redirection, refused)
    sys.addaudithook(guard)


def limit_resources(seconds: float) -> None:
    """Limit processor time, the size of files, and dumps of memory."""
    cpu = int(seconds * (os.cpu_count() or 1)) + 5
    for kind, value in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, hard))


_PATHS = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.chflags": ((0, None),),
    "os.utime": ((0, 3),),
    "os.setxattr": ((0, None),),
    "os.removexattr": ((0, None),),
}
"""Events that change what a path names: where the path and its folder's descriptor stand."""

_PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn"}
_NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_ADDRESSES = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}


class _Guard:
    def __init__(self, redirection: Redirection, refused: Callable[[str], None]) -> None:
        self._redirection = redirection
        self._refused = refused

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if isinstance(flags, int) and flags & WRITING:
                self._check_path("writing", path, None)
        elif event in _PATHS:
            for path, folder in _PATHS[event]:
                self._check_path(event, args[path], None if folder is None else args[folder])
        elif event in _PROGRAMS:
            self._refuse(f"starting another program ({args[0]!r})")
        elif event == "webbrowser.open":
            self._refuse("opening a browser")
        elif event in _NAMES:
            self._check_host(args[0])
        elif event in _ADDRESSES:
            self._check_address(args[1])
        elif event in ("os.kill", "os.killpg"):
            self._check_process(args[0])

    def _check_path(self, doing: str, path: Any, folder: int | None) -> None:
        real = real_path(path, folder)
        if real is not None and not self._redirection.is_inside(real):
            self._refuse(f"{doing.removeprefix('os.')} outside of the scratch folder ({real})")

    def _check_address(self, address: Any) -> None:
        if isinstance(address, tuple) and address:
            self._check_host(address[0])

    def _check_host(self, host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in (None, "", "localhost") and not _is_loopback(str(name)):
            self._refuse(f"the network ({name})")

    def _check_process(self, process: int) -> None:
        try:
            own = process in (0, os.getpid()) or os.getsid(process) == os.getsid(0)
        except ProcessLookupError:
            return
        if not own:
            self._refuse(f"a signal to another process ({process})")

    def _refuse(self, what: str) -> None:
        self._refused(what)
        raise RefusedError(f"graphscope does not allow {what} while it tries a fix")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
