"""Leading what a trial writes into its scratch folder.

A file outside of the scratch folder that is opened for writing becomes a file in `outside/` of the
scratch folder, a copy of what it was if it is to be changed; whoever reads it later in the same
trial gets that. This covers `open`, `os.open`, `os.mkdir`, what is built on them (pathlib, shutil,
zipfile, numpy), and `h5py.File`. Other changes (removing, renaming, linking) of what lies outside
are not led anywhere: `guards` refuses them. Listing a folder does not show what was led elsewhere.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
"""Flags of `os.open`, any of which means that a file may change."""

ALLOWED = ("/dev/", "/proc/self/")
"""Not files: what is written there stays nowhere."""


class Redirection:
    """The way from the path that a program names to the one that is used.

    Args:
        scratch: the folder that may be written to.
    """

    def __init__(self, scratch: str) -> None:
        self._scratch = os.path.realpath(scratch)
        self._outside = str(Path(self._scratch) / "outside")

    def is_inside(self, path: str) -> bool:
        """Whether a real path may be written to as it is."""
        return path == self._scratch or path.startswith((self._scratch + os.sep, *ALLOWED))

    def for_writing(self, path: Any, *, keep: bool) -> Any:
        """Return where to write what is meant for a path.

        Args:
            path: as the program gave it; a descriptor is left as it is.
            keep: whether what is in the file counts.
        """
        real = real_path(path)
        if real is None or self.is_inside(real):
            return path
        there = self._counterpart(real)
        Path(there).parent.mkdir(parents=True, exist_ok=True)
        if keep and not Path(there).exists() and Path(real).is_file():
            shutil.copyfile(real, there)
        return there

    def for_reading(self, path: Any) -> Any:
        """Return where to read a path: where the trial has written it, if it has."""
        real = real_path(path)
        if real is None or self.is_inside(real):
            return path
        there = self._counterpart(real)
        return there if _exists(there) else path

    def _counterpart(self, real: str) -> str:
        return self._outside + (os.sep + real.lstrip(os.sep).replace(":", ""))


_stat = os.stat


def _exists(path: str) -> bool:
    try:
        _stat(path)
    except OSError:
        return False
    return True


def real_path(path: Any, folder: int | None = None) -> str | None:
    """Return the path with links followed; None for descriptors."""
    if isinstance(path, int):
        return None
    try:
        named = os.fsdecode(path)
    except TypeError:
        return None
    if folder is not None and folder >= 0 and not os.path.isabs(named):  # noqa: PTH117 - a string
        named = os.path.join(f"/proc/self/fd/{folder}", named)  # noqa: PTH118 - a string
    return os.path.realpath(named)


def install(redirection: Redirection) -> None:
    """Patch Python for the rest of this process."""
    opened = _opening(redirection, io.open)
    builtins.open = io.open = opened
    os.open = _opening_low(redirection, os.open)
    os.mkdir = _making(redirection, os.mkdir)
    # Not lstat, by which paths are resolved here.
    os.stat = _reading(redirection, os.stat)
    if "h5py" in sys.modules:
        redirect_h5py(redirection)


def _opening(redirection: Redirection, original: Any) -> Any:
    @functools.wraps(original)
    def open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:  # noqa: A001
        if kwargs.get("opener") is None and isinstance(mode, str):
            if set(mode) & set("wax+"):
                file = redirection.for_writing(file, keep="w" not in mode)
            else:
                file = redirection.for_reading(file)
        return original(file, mode, *args, **kwargs)

    return open


def _opening_low(redirection: Redirection, original: Any) -> Any:
    @functools.wraps(original)
    def open(path: Any, flags: int, *args: Any, **kwargs: Any) -> Any:  # noqa: A001
        if kwargs.get("dir_fd") is None:
            if flags & WRITING:
                path = redirection.for_writing(path, keep=not flags & os.O_TRUNC)
            else:
                path = redirection.for_reading(path)
        return original(path, flags, *args, **kwargs)

    return open


def _making(redirection: Redirection, original: Any) -> Any:
    @functools.wraps(original)
    def mkdir(path: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("dir_fd") is None and not _exists(os.fspath(path)):
            path = redirection.for_writing(path, keep=False)
        return original(path, *args, **kwargs)

    return mkdir


def _reading(redirection: Redirection, original: Callable[..., Any]) -> Callable[..., Any]:
    """Look at what was written instead, but only when there is nothing at the path itself."""

    @functools.wraps(original)
    def look(path: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(path, *args, **kwargs)
        except FileNotFoundError:
            if kwargs.get("dir_fd") is not None or isinstance(path, int):
                raise
            return original(redirection.for_reading(path), *args, **kwargs)

    return look


def redirect_h5py(redirection: Redirection) -> None:
    """Lead h5py's files, which it opens in native code."""
    import h5py

    original = h5py.File.__init__

    @functools.wraps(original)
    def __init__(self: Any, name: Any, mode: str = "r", *args: Any, **kwargs: Any) -> None:  # noqa: N807
        if isinstance(name, str | bytes | os.PathLike):
            if mode == "r":
                name = redirection.for_reading(name)
            else:
                name = redirection.for_writing(name, keep=mode in ("r+", "a"))
        original(self, name, mode, *args, **kwargs)

    h5py.File.__init__ = __init__
