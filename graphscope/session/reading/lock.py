"""What a process gives up before it opens a stranger's file.

A reader parses bytes and builds a graph. It needs no more modules than were imported for it, no
files but the one that was named and those that belong to it, no network and no other process. The
lock refuses all of these to the whole process, for the rest of its life: should a reader be led to
do any of it, by a mistake in it or in a library, nothing happens but an error. What is not known to
be harmless is refused.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

HARMLESS = frozenset(
    {
        "array.__new__",
        "builtins.id",
        "mmap.__new__",  # of a file that could be opened
        "object.__getattr__",
        "sys._getframe",
        "sys.excepthook",
        "sys.unraisablehook",
    }
)
"""Events of Python's auditing that change nothing and lead nowhere."""

_LISTING = frozenset({"os.listdir", "os.scandir", "os.walk", "glob.glob", "pathlib.Path.glob"})
_CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_LONGEST = 200
"""Characters of what was wanted that are repeated."""


class RefusedError(BaseException):
    """Something wanted what a reader has no business with.

    It is no `Exception`, so that no reader goes on as if nothing had been.

    Attributes:
        event: the name of the event in Python's auditing.
        module: the module that was to be imported, where that was it.
    """

    def __init__(self, event: str, wanted: str, module: str | None = None) -> None:
        super().__init__(wanted)
        self.event = event
        self.module = module


class Lock:
    """Refuses what reading does not need, once it is closed; there is no way to open it again.

    Args:
        files: the files that may be opened, for reading.
        folders: the folders that may be listed, and whose files may be opened.
        events: of Python's auditing that are allowed besides, for a process that does more than
            read.
    """

    def __init__(
        self,
        files: Iterable[str] = (),
        folders: Iterable[str] = (),
        events: frozenset[str] = frozenset(),
    ) -> None:
        self._allowed = HARMLESS | events
        self._files = {os.path.realpath(file) for file in files}
        self._folders = tuple(os.path.join(os.path.realpath(each), "") for each in folders)  # noqa: PTH118
        self.refused: list[RefusedError] = []
        """What was wanted, also where a library has kept the error to itself."""

    def close(self) -> None:
        """Refuse from now on."""
        if "import" not in self._allowed:
            sys.meta_path.insert(0, _NoModules(self._refuse))
        sys.addaudithook(self._judge)

    def _judge(self, event: str, given: tuple[Any, ...]) -> None:
        if event in self._allowed:
            return
        if event == "open":
            if not self._may_open(*given[:3]):
                self._refuse(event, f"open {given[0]!r}")
        elif event in _LISTING:
            if not self._is_allowed(given[0], is_folder=True):
                self._refuse(event, f"list {given[0]!r}")
        elif event == "import":
            self._refuse(event, f"import {given[0]}", str(given[0]))
        else:
            self._refuse(event, f"use {event}")

    def _refuse(self, event: str, wanted: str, module: str | None = None) -> NoReturn:
        error = RefusedError(event, wanted[:_LONGEST], module)
        self.refused.append(error)
        raise error

    def _may_open(self, path: Any, _mode: Any, flags: Any) -> bool:
        if isinstance(path, int):
            return True  # It is open already.
        if isinstance(flags, int) and flags & _CHANGING:
            return False
        return self._is_allowed(path)

    def _is_allowed(self, path: Any, *, is_folder: bool = False) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        real = os.path.realpath(os.fsdecode(path))
        if is_folder:
            real = os.path.join(real, "")  # noqa: PTH118
        return real in self._files or real.startswith(self._folders)


class _NoModules:
    """Finds no module and stops the search: `importlib.import_module` tells no audit hook."""

    def __init__(self, refuse: Callable[[str, str, str], NoReturn]) -> None:
        self._refuse = refuse

    def find_spec(self, name: str, _path: object, _target: object = None) -> None:
        """Refuse whatever is asked for."""
        self._refuse("import", f"import {name}", name)
