"""Files that are none, that never end, or whose names are odd."""

from __future__ import annotations

import base64
import os
import socket
import zlib
from pathlib import Path

from tests.hostile.collection.maker import Maker, Section
from tests.hostile.collection.models import base_archive, legacy_file
from tests.hostile.rows import SCRIPT_FLAG

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_NAMES: dict[str, str | bytes] = {
    "upper_case": "UPPER.KERAS",
    "bytes": b"bad\xff\xfename.keras",
    "newline": "new\nline.keras",
    "html": f'"><img src=x onerror=window.{SCRIPT_FLAG}=1>.keras',
    "dash": "-rf.keras",
    "percent": "%2e%2e%2f?x#y.keras",
    "long": "n" * 240 + ".keras",
    "right_to_left": "model\u202esarek.exe.keras",
    "ansi": "red\x1b[31m\x1b]0;title\x07.keras",
    "spaces": " lead trail .keras",
    "markup": "[bold]x[link=y].keras",
    "colon": "net.py:make_model.keras",
    "address": "http:__x.keras",
}


def add_rows(maker: Maker) -> None:
    """Add odd files, odd names, and what is no file."""
    section = maker.section("file system")
    _add_disguised(section)
    for id_, name in _NAMES.items():
        path = Path(os.fsdecode(os.path.join(os.fsencode(maker.files), os.fsencode(name))))  # noqa: PTH118
        path.write_bytes(base_archive())
        section.add(f"file_{id_}", path, "open", f"a sound file named {name[:40]!a}")
    _add_no_files(section)
    _add_links(section)
    _add_holes(maker)


def _add_disguised(section: Section) -> None:
    base, maker = base_archive(), section.maker
    for suffix in ("keras", "h5", "json", "pb", "jsonl", "tfevents"):
        maker.section("file system", suffix).write(f"empty_{suffix}", b"")
    page = f"<html><script>window.{SCRIPT_FLAG}=1</script></html>"
    bad = {"nul": b"\0", "png": _PIXEL, "zlib": zlib.compress(base), "page": page.encode()}
    for id_, data in bad.items():
        section.write(f"other_{id_}", data)
    section.write("other_h5", legacy_file(), "either", "HDF5 named .keras")
    other = maker.section("file system", "h5")
    other.write("other_keras", base, "either", "an archive named .h5")
    path = maker.files / "model_without_suffix"
    path.write_bytes(base)
    section.add("no_suffix", path, "either", "a sound file without suffix")
    path = maker.files / "forbidden.keras"
    path.write_bytes(base)
    path.chmod(0)
    section.add("forbidden", path, "either", "nobody but root may read it")


def _add_no_files(section: Section) -> None:
    files = section.maker.files
    (files / "folder.keras").mkdir()
    section.add("folder", files / "folder.keras")
    (files / "empty_folder").mkdir()
    section.add("empty_folder", files / "empty_folder")
    section.add("missing", files / "no_such_file.keras")
    for suffix in ("keras", "h5", "json", "pb", "jsonl"):
        path = files / f"pipe.{suffix}"
        os.mkfifo(path)
        section.add(f"pipe_{suffix}", path, note="opening a pipe blocks for ever", seconds=5)
    place = Path.cwd()
    listener = socket.socket(socket.AF_UNIX)
    try:
        os.chdir(files)  # the address of a socket has at most 108 bytes
        listener.bind("socket.keras")
    finally:
        os.chdir(place)
        listener.close()
    section.add("socket", files / "socket.keras")


def _add_links(section: Section) -> None:
    files = section.maker.files
    for name, target in {
        "link_to_itself": "link_to_itself.keras",
        "link_to_nothing": "/nonexistent/x",
        "link_to_zeros": "/dev/zero",
        "link_to_memory": "/proc/self/mem",
        "link_to_secret": str(section.maker.secret / "canary.txt"),
    }.items():
        path = files / f"{name}.keras"
        path.symlink_to(target)
        section.add(name, path, note=f"a link to {target[:20]}", seconds=5)
    (files / "target.keras").write_bytes(base_archive())
    (files / "link.keras").symlink_to("target.keras")
    section.add("link", files / "link.keras", "open", "a link to a sound file")


def _add_holes(maker: Maker) -> None:
    for suffix, begin in {"keras": b"", "h5": legacy_file(), "json": b"", "pb": b""}.items():
        path = maker.files / f"hole.{suffix}"
        with path.open("wb") as file:
            file.write(begin)
            file.truncate(20 << 30)
        section = maker.section("file system", suffix)
        note = "20 GiB, of which hardly any are on the disk"
        section.add(f"hole_{suffix}", path, "either" if begin else "error", note)
