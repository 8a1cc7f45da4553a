"""Landlock: the Linux kernel itself refuses other files, programs and connections to a process.

The lock in Python holds for Python code. A damaged file may also find a mistake in a library
written in C, such as HDF5; what runs there asks no Python. Landlock needs no privileges and nothing
to be installed. Where the kernel has it not (before 5.13, or switched off) or the system is not
Linux, the lock in Python is what remains.

Structures and numbers: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable

# The same on every processor: numbers of system calls that came after 2019 do not differ.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights over files the kernel knows, from a version of Landlock on."""
_NET_VERSION, _NET_RIGHTS = 4, 0b11
"""Binding and connecting TCP sockets."""
_SCOPE_VERSION, _SCOPES = 6, 0b11
"""Sockets without a file and signals, both to processes outside."""


def confine(files: Iterable[str], folders: Iterable[str]) -> bool:
    """Refuse this process all files but some for reading, all programs and TCP connections.

    Files that are open already stay usable.

    Args:
        files: the files that may be opened, for reading.
        folders: the folders whose files may be opened.

    Returns:
        Whether the kernel does so.
    """
    if not sys.platform.startswith("linux"):
        return False
    version = _call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    description = _describe_ruleset(version)
    ruleset = _call(_CREATE_RULESET, description, len(description), 0)
    if ruleset < 0:
        return False
    try:
        for path in files:
            _allow(ruleset, path, _READ_FILE)
        for path in folders:
            _allow(ruleset, path, _READ_FILE | _READ_DIR)
        return _give_up_privileges() and _call(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # The reader says better what is wrong with it.
    try:
        rule = struct.pack("=Qi", rights, place)
        if _call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) != 0:
            raise OSError(f"no rule could be made for {path!r}")
    finally:
        os.close(place)


def _describe_ruleset(version: int) -> bytes:
    """Return the kernel's description of everything that is to be refused unless a rule allows."""
    known = max(number for number in _FILE_RIGHTS if number <= version)
    fields = [(1 << _FILE_RIGHTS[known]) - 1]
    if version >= _NET_VERSION:
        fields.append(_NET_RIGHTS)
    if version >= _SCOPE_VERSION:
        fields.append(_SCOPES)
    return struct.pack(f"={len(fields)}Q", *fields)


def _give_up_privileges() -> bool:
    """Promise never to gain privileges by running a program, which the kernel asks for first."""
    import ctypes

    return bool(ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def _call(number: int, *arguments: bytes | int | None) -> int:
    import ctypes

    call = ctypes.CDLL(None).syscall
    call.restype = ctypes.c_long
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(call(ctypes.c_long(number), *given))
