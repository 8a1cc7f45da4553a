"""Runs that other programs logged: what a file is, and which runs lie below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from graphscope.runs.codec import make_record
from graphscope.runs.exchange.event_reading import (
    find_event_runs,
    list_event_files,
    read_event_run,
)
from graphscope.runs.exchange.plain_rows import parse_row, read_rows, says_its_place
from graphscope.runs.log.lines import Lines
from graphscope.runs.log.writer import ROWS
from graphscope.runs.run import Run

_LOOKED_AT = 64
"""Lines of a file by which it is recognised."""
_BYTES = 16 << 20
"""Bytes of it that are looked at."""
_MOST_FOLDERS = 5_000
"""Folders that are looked through."""

Content = Literal["records", "rows", "other"]


@dataclass(frozen=True, slots=True)
class ForeignRun:
    """A run that another program logged.

    Attributes:
        place: its file, or the folder of its event files.
        kind: what they are.
    """

    place: Path
    kind: Literal["events", "rows"]

    def files(self) -> list[Path]:
        """Return the files that tell of it; none when they are gone."""
        if self.kind == "rows" or self.place.is_file():
            return [self.place] if self.place.is_file() else []
        return [path for path, _ in list_event_files(self.place)] if self.place.is_dir() else []

    def read(self) -> Run:
        """Return the run.

        Raises:
            GraphscopeError: when there is nothing in it.
            OSError: when it cannot be read.
        """
        return read_rows(self.place) if self.kind == "rows" else read_event_run(self.place)


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """Runs below a folder: folders of ours, and those of other programs."""

    own: tuple[Path, ...] = ()
    foreign: tuple[ForeignRun, ...] = ()


def recognise_lines(path: Path) -> Content:
    """Return what the lines of a file are, as far as its first ones tell.

    Raises:
        OSError: when it cannot be read.
    """
    found: Content = "other"
    with path.open("rb") as file:
        for line in islice(Lines(file, most=_BYTES), _LOOKED_AT):
            row = parse_row(line)
            if row is None:
                continue
            if _is_record(row):
                return "records"
            if says_its_place(row):
                found = "rows"
    return found


def find_logs(root: Path) -> FoundRuns:
    """Return the runs at or below a folder, in order of their names.

    Of files with lines of JSON only those count whose rows have a step or an epoch: many are no
    logs. Links to folders are not followed.

    Raises:
        OSError: when the folder cannot be read.
    """
    own: list[Path] = []
    rows: list[ForeignRun] = []
    has_events = False
    for folder, files in islice(_walk(root), _MOST_FOLDERS):
        lines = [path for path in files if path.suffix.lower() in ROWS and path.is_file()]
        contents = [recognise_lines(path) for path in lines]
        if "records" in contents:
            own.append(folder)
            continue
        has_events = has_events or any("tfevents" in path.name for path in files)
        pairs = zip(lines, contents, strict=True)
        rows += [ForeignRun(path, "rows") for path, content in pairs if content == "rows"]
    events = [folder for folder in find_event_runs(root) if folder not in own] if has_events else []
    foreign = (*(ForeignRun(folder, "events") for folder in events), *rows)
    return FoundRuns(tuple(own), foreign)


def _walk(root: Path) -> Iterator[tuple[Path, list[Path]]]:
    for place, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield Path(place), [Path(place, name) for name in sorted(files)]


def _is_record(row: dict[str, object]) -> bool:
    try:
        return make_record(row) is not None
    except ValueError:
        return False
