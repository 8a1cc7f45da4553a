"""The child of `apart`: reads one file, and answers with what was asked of it, or the error.

It imports all that the reader needs, gives up everything else, and only then opens the file.
"""

from __future__ import annotations

import codecs
import gc
import os
import warnings
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from graphscope.errors import GraphscopeError, ReadError
from graphscope.readers.files import scratch
from graphscope.readers.text import quote, shorten
from graphscope.session.children.answers import Answer, tell_error
from graphscope.session.children.limits import (
    limit_allocation,
    limit_clock,
    limit_files,
    limit_processor,
)
from graphscope.session.children.parent import Parent
from graphscope.session.reading.landlock import confine
from graphscope.session.reading.lock import Lock
from graphscope.session.reading.tasks import PREPARE, Work

_ENCODINGS = (
    "ascii",
    "latin-1",
    "cp437",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "unicode_escape",
    "raw_unicode_escape",
)
"""Of names in zip files and of texts; Python imports an encoding when it is first used."""

_OPENED = 64
"""Files that may be open at once."""
_WRITTEN = 1 << 30
"""Bytes of what is unpacked; the readers' own limits are lower."""
_ROOMS = 2
"""Temporary files that a reader may have at a time."""
_GRACE = 5.0
"""Seconds after which this process ends itself, where the parent has not done so."""


def main(task: dict[str, Any], parent: Parent) -> None:
    """Do the task, and answer it.

    Args:
        task: as `apart` describes it.
        parent: gets the answer.
    """
    _limit(task)
    module, function = load_reader(task)
    work = PREPARE[task["wanted"]](module, function, task)
    path = Path(task["file"])
    lock = _close_up(module, path, parent)
    # Next to nothing of what is read is garbage in cycles, and all of it ends with this process.
    gc.disable()
    answer = _attempt(work, path, task)
    parent.tell(*(_tell_refused(lock, module, path) if lock.refused else answer))
    os._exit(0)  # Closing down would do what is refused, and nothing is left to do.


def _limit(task: dict[str, Any]) -> None:
    seconds = task["seconds"] + _GRACE
    limit_clock(seconds)
    limit_processor(seconds)
    limit_allocation(task["memory"])
    limit_files(opened=_OPENED, written=_WRITTEN)


def load_reader(task: dict[str, Any]) -> tuple[ModuleType, str]:
    """Import the reader, and what it would import later."""
    name, _, function = task["reader"].partition(":")
    module = import_module(name)
    for each in getattr(module, "IMPORTS", ()):
        import_module(each)
    if task["rare"]:
        for each in getattr(module, "RARE_IMPORTS", ()):
            import_module(each)
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    return module, function


def _close_up(module: ModuleType, path: Path, parent: Parent) -> Lock:
    """Give up everything that reading the file does not need.

    A reader may tell by the name of the file which others belong to it, with `companions(path)`.
    """
    warnings.simplefilter("ignore")  # Printing one would open the source of a module.
    scratch.prepare(_ROOMS)
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = (str(path),)
    if not path.is_dir():
        find = getattr(module, "companions", None)
        beside = find(path) if find is not None else ()
        files, folders = (str(path), *map(str, beside)), ()
    lock = Lock(files, folders)
    confine(files, folders)
    parent.follow()
    lock.close()
    return lock


def _attempt(work: Work, path: Path, task: dict[str, Any]) -> Answer:
    try:
        return work(path)
    except GraphscopeError as error:
        return tell_error(error)
    except OSError as error:
        reason = error.strerror or shorten(str(error), 200)
        return tell_error(ReadError(f"{_show(path)} cannot be read: {reason}."))
    except MemoryError:
        return tell_error(
            ReadError(
                f"{_show(path)} needs more than {task['memory'] >> 20:,} MiB to be read.",
                task["more_memory"],
            )
        )
    except BaseException as error:  # noqa: BLE001 - the parent tells it to the user
        return _tell_bug(error, path)


def _tell_bug(error: BaseException, path: Path) -> Answer:
    reason = shorten(f"{type(error).__name__}: {error}".rstrip(": "), 200)
    told = ReadError(
        f"Reading {_show(path)} failed with {reason}.",
        "This is a bug in graphscope: please report it, with the file if you may.",
    )
    return tell_error(told, error)


def _tell_refused(lock: Lock, module: ModuleType, path: Path) -> Answer:
    first = lock.refused[0]
    if first.module in getattr(module, "RARE_IMPORTS", ()):
        return {"answer": "again"}, b""
    told = ReadError(
        f"Reading {_show(path)} would {shorten(str(first), 200)}; that was refused.",
        "Reading needs nothing of the kind. Do not trust the file, and please report it.",
    )
    return tell_error(told, first)


def _show(path: Path) -> str:
    return quote(str(path), 200)
