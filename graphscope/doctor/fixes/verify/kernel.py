"""What Linux itself can forbid this process: writing outside of a folder, and the network.

This reaches native code too, which Python's own guards do not. Both functions answer whether the
kernel agreed; where it did not, the guards of `guards` are all there is.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Landlock's system calls; their numbers are the same on all architectures."""

_WRITE_FILE, _TRUNCATE, _REFER = 1 << 1, 1 << 14, 1 << 13
_CHANGES = sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12))
"""Writing files, and removing and making entries of directories."""

_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT = 38, 1
_NEW_USER, _NEW_NET = 0x1000_0000, 0x4000_0000
_SET_FLAGS, _UP = 0x8914, 0x1


def restrict_writes(folders: Sequence[str], devices: str = "/dev") -> bool:
    """Allow changes of files below some folders only, for this process and all that it starts.

    Args:
        folders: where everything stays allowed.
        devices: a folder in which what exists may be written to, and nothing made.
    """
    libc = _libc()
    version = libc.syscall(_CREATE_RULESET, None, 0, 1) if libc else -1
    if libc is None or version < 1:
        return False
    handled = _CHANGES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    attributes = ctypes.c_uint64(handled)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(attributes), 8, 0)
    if ruleset < 0:
        return False
    rules = [(folder, handled) for folder in folders]
    rules.append((devices, handled & (_WRITE_FILE | _TRUNCATE)))
    with contextlib.closing(os.fdopen(ruleset, "rb", closefd=True)):
        agreed = all(_allow(libc, ruleset, *rule) for rule in rules)
        return (
            agreed
            and libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
            and libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
        )


def _allow(libc: ctypes.CDLL, ruleset: int, folder: str, access: int) -> bool:
    try:
        place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True  # What is not there needs no permission.
    try:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", access, place))
        return bool(libc.syscall(_ADD_RULE, ruleset, 1, rule, 0) == 0)
    finally:
        os.close(place)


def leave_network() -> bool:
    """Move this process to a network of its own, in which there is nothing but itself."""
    libc = _libc()
    if libc is None:
        return False
    user, group = os.getuid(), os.getgid()
    if user == 0:
        moved = libc.unshare(_NEW_NET) == 0
    else:
        moved = libc.unshare(_NEW_USER | _NEW_NET) == 0
        if moved:
            _keep_identity(user, group)
    if moved:
        _start_loopback()
    return bool(moved)


def _keep_identity(user: int, group: int) -> None:
    """Be the same user in the new namespace: else files would belong to nobody."""
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{user} {user} 1")
    (own / "gid_map").write_text(f"{group} {group} 1")


def _start_loopback() -> None:
    request = struct.pack("16sh14x", b"lo", _UP)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket,
        contextlib.suppress(OSError),
    ):
        fcntl.ioctl(any_socket, _SET_FLAGS, request)


def die_with_parent() -> None:
    """Have this process killed when the one that forked it ends."""
    libc = _libc()
    if libc is not None:
        libc.prctl(_DIE_WITH_PARENT, 9, 0, 0, 0)


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
