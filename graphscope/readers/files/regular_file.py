"""Opening a file that a user named, without being held up or led astray by what it is."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from graphscope.errors import ReadError
from graphscope.readers.text import quote

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path in a folder really lies in it, and is no link that leads out."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def require_inside(path: Path, folder: Path) -> None:
    """Check that a path in a folder that a user named does not lead out of it.

    Raises:
        ReadError: when it is a link to elsewhere.
    """
    if not is_inside(path, folder):
        raise ReadError(
            f"{quote(path.name)} in {quote(str(folder), 200)} is a link that leads out of the "
            "folder, so it is not followed.",
            "Copy the folder with the files themselves: cp -rL FOLDER COPY.",
        )


def is_beside(path: Path, named: Path) -> bool:
    """Whether a file lies in the folder of one that a user named, and is no link that leads out.

    The named file may be a link itself, as in caches of downloads, where all links of a folder lead
    to another one: then its companions may lie there too.
    """
    target = Path(os.path.realpath(named)).parent
    return is_inside(path, named.parent) or Path(os.path.realpath(path)).parent == target


def require_beside(path: Path, named: Path) -> None:
    """Check that a file that belongs to one that a user named lies where that one lies.

    Raises:
        ReadError: when it is a link to elsewhere.
    """
    if not is_beside(path, named):
        require_inside(path, named.parent)


def open_regular_file(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    Raises:
        ReadError: when there is no such file, it may not be read, or it is no regular file.
    """
    shown = quote(str(path), 200)
    # Non-blocking, because opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        # A device may act when it is opened, so what is at the path is asked first.
        _require_regular(Path(path).stat().st_mode, shown)
        descriptor = os.open(path, flags)
    except FileNotFoundError as error:
        raise ReadError(f"There is no file {shown}.", "Check the path.") from error
    except PermissionError as error:
        raise ReadError(f"The file {shown} may not be read.", "Check its permissions.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(
            f"The file {shown} cannot be opened ({reason}).", "Check the path."
        ) from error
    try:
        _require_regular(os.fstat(descriptor).st_mode, shown)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def describe_mode(mode: int) -> str:
    """Return what is at a path that is no regular file, from the mode that `stat` gives."""
    return next((name for test, name in _KINDS if test(mode)), "no regular file")


def _require_regular(mode: int, shown: str) -> None:
    if stat.S_ISREG(mode):
        return
    raise ReadError(f"{shown} is {describe_mode(mode)}, not a model file.", "Name a model file.")
