"""What is new in a writer's files, in bounded parts, from where it was left off."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graphscope.runs.folders import is_remote
from graphscope.runs.log.lines import LONGEST
from graphscope.runs.log.writer import SUFFIX

PART = 8 << 20
"""Bytes that are read at once."""
_SEAM = 64
"""Bytes before the place where reading goes on; they hold times, so no other log has them."""

State = dict[str, tuple[int, int, int, str]]
"""By name of a file: how many bytes were taken up, its size and time of change (nanoseconds) when
that was found to be all, and the bytes before the place, as hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Part:
    """Whole lines of one file, and what is known of the file once they are taken up."""

    file: str
    data: bytes
    state: tuple[int, int, int, str]
    is_last: bool
    """Whether the file held no more when it was read."""


class ReplacedError(Exception):
    """A file is not the one that was read before: it was cut, or deleted and written anew."""


def writers_of(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each writer that logs in a folder, in their order."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.name):
        if not is_remote(path) and not path.is_file():
            continue  # Neither a folder nor a pipe, which would wait for its other end.
        found.setdefault(path.name.partition(".")[0], []).append(path)
    return found


def changed(files: list[Path], state: Mapping[str, tuple[int, int, int, str]]) -> bool:
    """Whether there may be something new in a writer's files."""
    if not state.keys() <= {path.name for path in files}:
        return True
    return any(_is_changed(path, state.get(path.name)) for path in files)


def _is_changed(path: Path, known: tuple[int, int, int, str] | None) -> bool:
    if known is None:
        return True
    if is_remote(path):
        return False  # A segment is never written again.
    try:
        now = path.stat()
    except FileNotFoundError:
        return True
    return (now.st_size, now.st_mtime_ns) != known[1:3]


def read_new(files: list[Path], state: Mapping[str, tuple[int, int, int, str]]) -> Iterator[Part]:
    """Yield what was added to a writer's files.

    Raises:
        ReplacedError: when what was read before is no longer there: it has to be read anew.
    """
    unlisted = state.keys() - {path.name for path in files}
    # What another process took up may be newer than the list.
    if any(not (files[0].parent / name).exists() for name in unlisted):
        raise ReplacedError
    for path in files:
        known = state.get(path.name)
        if _is_changed(path, known):
            yield from _read_remote(path) if is_remote(path) else _read_local(path, known)


def _read_remote(path: Path) -> Iterator[Part]:
    data = path.read_bytes()
    end = data.rfind(b"\n") + 1
    yield Part(path.name, data[:end], (end, len(data), 0, ""), True)


def _read_local(path: Path, known: tuple[int, int, int, str] | None) -> Iterator[Part]:
    offset, _, _, seam = known or (0, 0, 0, "")
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        if known is None:
            return  # It went before anything of it was read.
        raise ReplacedError from error
    with stream:
        before = os.fstat(stream.fileno())
        tail = bytes.fromhex(seam)
        stream.seek(offset - len(tail))
        if stream.read(len(tail)) != tail:
            raise ReplacedError
        rest, part = b"", PART
        while len(data := stream.read(part)) == part:
            rest += data
            end = rest.rfind(b"\n") + 1
            if not end and len(rest) <= LONGEST:
                part *= 2  # A line longer than a part: looked for in ever larger ones.
                continue
            end = end or len(rest)
            whole, rest, part = rest[:end], rest[end:], PART
            offset, tail = offset + end, (tail + whole[-_SEAM:])[-_SEAM:]
            yield Part(path.name, whole, (offset, 0, 0, tail.hex()), False)
    rest += data
    end = rest.rfind(b"\n") + 1  # What is torn may become whole later.
    whole = rest[:end]
    tail = (tail + whole[-_SEAM:])[-_SEAM:]
    state = (offset + end, before.st_size, before.st_mtime_ns, tail.hex())
    yield Part(path.name, whole, state, True)
