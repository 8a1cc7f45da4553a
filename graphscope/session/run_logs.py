"""Targets that are logs of trainings and hold no graph: which they are, and the runs in them."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from graphscope.errors import GraphscopeError, ReadError
from graphscope.readers.files.kind import HEAD_SIZE, recognise
from graphscope.session.files import SAVED_MODELS
from graphscope.session.runs import GRAPH, find_remote_run, is_rows_name

if TYPE_CHECKING:
    from graphscope.runs import Run
    from graphscope.runs.exchange import ForeignRun

MOST_RUNS = 200
"""Runs of a folder that are read for a summary."""

_EVENTS = "tfevents"


@dataclass(frozen=True, slots=True)
class RunLog:
    """Logs that a target names.

    Attributes:
        root: the file or folder; of a file of ours, the folder that it lies in.
        own: folders of runs of ours.
        foreign: runs of other programs.
        pattern: of the names of the logs of ours that are meant.
    """

    root: Path
    own: tuple[Path, ...] = ()
    foreign: tuple[ForeignRun, ...] = ()
    pattern: str = "*.jsonl"

    def __len__(self) -> int:
        return len(self.own) + len(self.foreign)


def find_log(text: str) -> RunLog | None:
    """Return the log that a target names; None where it names something else, or holds a graph.

    Args:
        text: a file of metrics or events, or a folder with runs; or the URL of a run's folder.

    Raises:
        GraphscopeError: when nothing installed can reach the URL, or it cannot be read.
    """
    if "://" in text:
        return _find_remote(text)
    try:
        path = Path(text).expanduser()
        is_file, is_folder = path.is_file(), path.is_dir()
    except (OSError, RuntimeError, ValueError):  # any text may be a target, and is no path then
        return None
    try:
        if is_file:
            return _find_in_file(path)
        return _find_in_folder(path) if is_folder else None
    except OSError as error:
        raise _unreadable(path, error) from error


def read_log(log: RunLog) -> list[Run]:
    """Return the runs of a log, at most `MOST_RUNS`.

    Of several runs those that cannot be read are given without any numbers, and with a note.

    Raises:
        GraphscopeError: when the only run cannot be read.
    """
    from graphscope.runs import Run

    runs: list[Run] = []
    for place, run in islice(_read_each(log), MOST_RUNS):
        if isinstance(run, Run):
            runs.append(run)
        elif len(log) == 1:
            raise run
        else:
            runs.append(Run(place.name, str(place), notes=(str(run),)))
    return runs


def _read_each(log: RunLog) -> Iterator[tuple[Path, Run | GraphscopeError]]:
    from graphscope.runs.log import read_run

    for folder in log.own:
        yield (
            folder,
            _try(folder, partial(read_run, folder, name=_name_of(folder), pattern=log.pattern)),
        )
    for each in log.foreign:
        yield each.place, _try(each.place, each.read)


def _name_of(folder: Path) -> str:
    return folder.name or folder.resolve().name  # `.` has no name of its own.


def _try(place: Path, read: Callable[[], Run]) -> Run | GraphscopeError:
    try:
        return read()
    except GraphscopeError as error:
        return error
    except OSError as error:
        return _unreadable(place, error)


def _unreadable(place: Path, error: OSError) -> ReadError:
    return ReadError(f"{str(place)!r} cannot be read: {error.strerror or error}.")


def _find_remote(url: str) -> RunLog | None:
    folder = find_remote_run(url)
    if folder is None:
        return None
    try:
        return None if (folder / GRAPH).is_file() else RunLog(folder, own=(folder,))
    except OSError as error:
        raise _unreadable(folder, error) from error


def _find_in_file(path: Path) -> RunLog | None:
    if is_rows_name(path):
        from graphscope.runs.exchange import ForeignRun, recognise_lines

        if recognise_lines(path) == "records":
            return RunLog(path.parent, own=(path.parent,), pattern=glob.escape(path.name))
        return RunLog(path, foreign=(ForeignRun(path, "rows"),))
    if _is_event_file(path) and not _holds_graph(path):
        from graphscope.runs.exchange import ForeignRun

        return RunLog(path, foreign=(ForeignRun(path, "events"),))
    return None


def _find_in_folder(path: Path) -> RunLog | None:
    if any((path / name).exists() for name in SAVED_MODELS):
        return None
    from graphscope.runs.exchange import ForeignRun, find_logs

    found = find_logs(path)
    if path in found.own and (path / GRAPH).is_file():
        return None
    if ForeignRun(path, "events") in found.foreign and _holds_graph(path):
        return None
    return RunLog(path, found.own, found.foreign) if found.own or found.foreign else None


def _is_event_file(path: Path) -> bool:
    if f".{_EVENTS}" in path.name.lower():
        return True
    with path.open("rb") as file:
        return recognise(file.read(HEAD_SIZE)) == _EVENTS


def _holds_graph(path: Path) -> bool:
    from graphscope.readers.tensorflow.events import holds_graph

    return holds_graph(path)
