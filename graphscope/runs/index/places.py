"""Where runs are, as every machine calls them, and where their index is kept."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from graphscope.errors import GraphscopeError
from graphscope.runs.folders import is_remote

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smbfs", "smb3", "afs", "9p", "lustre", "gpfs", "beegfs", "ceph",
     "pvfs2", "orangefs", "davfs", "glusterfs", "afpfs", "webdav"}
)  # fmt: skip
_LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs", "fuse.ext4", "fuse.ntfs-3g", "fuseblk"})


def place_of(folder: Path) -> str:
    """Return the URL of a folder that no other folder has, seen from all machines.

    A folder of this machine is named with the machine; one on a network file system is not, as
    others see it by the same path.
    """
    if is_remote(folder):
        return str(folder).rstrip("/")
    path = folder.resolve()
    host = "" if is_on_network(path) else socket.gethostname()
    return f"file://{host}{path.as_posix()}".rstrip("/")


def is_on_network(path: Path) -> bool:
    """Whether a path lies on a network file system, where SQLite's shared memory does not work."""
    kind = _file_system(path.resolve())
    is_fuse = kind.startswith("fuse") and kind not in _LOCAL_FUSE
    return kind in _NETWORK or is_fuse


def _file_system(path: Path) -> str:
    """Return the kind of file system that a path lies on; empty when it is not known."""
    import psutil

    mounts = {Path(each.mountpoint): each.fstype for each in psutil.disk_partitions(all=True)}
    for folder in (path, *path.parents):
        if folder in mounts:
            return str(mounts[folder]).lower()
    return ""


def default_index(root: Path, tell: Callable[[str], None]) -> Path:
    """Return where the index of the runs below `root` is kept: in the user's cache.

    Args:
        root: folder of the runs.
        tell: told where it is when that may surprise.
    """
    name = hashlib.sha256(place_of(root).encode()).hexdigest()[:16] + ".sqlite"
    folder = _usable(cache_folder(), tell)
    if is_remote(root):
        tell(f"The runs are at {root}; their index is on this machine, in {folder / name}.")
    return folder / name


def _usable(folder: Path, tell: Callable[[str], None]) -> Path:
    """Return a folder; one for temporary files where it is not writable or not on this machine."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK) and not is_on_network(folder):
            return folder
        reason = "lies on a network file system" if is_on_network(folder) else "is not writable"
    except OSError as error:
        reason = f"cannot be made ({error.strerror})"
    other = Path(tempfile.gettempdir()) / f"graphscope-{_user()}"
    try:
        other.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise GraphscopeError(
            f"No index of runs can be kept: {folder} {reason}, and {other} cannot be made "
            f"({error.strerror}).",
            "Name a file for it with --store.",
        ) from error
    tell(f"{folder} {reason}; the index of the runs is kept in {other}.")
    return other


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def cache_folder() -> Path:
    """Return the user's folder for what may be made anew, as the system has it."""
    home = Path("~").expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "graphscope" / "runs"
