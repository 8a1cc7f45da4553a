"""The source of code that lies in no file: cells of notebooks, lines at a prompt."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from types import TracebackType

from graphscope.doctor.source import Program, SourceFile
from graphscope.tracers.frames import is_user_code


class LiveProgram(Program):
    """A program that is known by a traceback, parts of which may be cells.

    Args:
        main: the file or cell that counts as the main script.
    """

    def __init__(self, main: str) -> None:
        super().__init__(Path(main))
        if not Path(main).is_file():
            self.main = main
            self.folder = str(Path.cwd())

    def file(self, path: str) -> SourceFile | None:
        """Return a file or cell; None when it cannot be read or parsed."""
        if path not in self._files and not Path(path).is_file():
            self._files[path] = _cell(path)
        return super().file(path)

    def is_own(self, path: str) -> bool:
        """Whether it lies in the main script's folder, or is a cell."""
        return super().is_own(path) or self.is_cell(path)

    def is_cell(self, path: str) -> bool:
        """Whether there is source of that name, but no file."""
        return not Path(path).is_file() and self.file(path) is not None


def _cell(name: str) -> SourceFile | None:
    # A name such as <ipython-input-3-...> may have been taken for one in the working directory.
    lines = linecache.getlines(name) or linecache.getlines(Path(name).name)
    text = "".join(lines)
    try:
        return SourceFile(name, text) if text else None
    except (SyntaxError, ValueError):
        return None  # It has magics in it: then it is shown by its lines alone.


def program_around(error: BaseException) -> LiveProgram:
    """Return the program that an exception was raised in: the outermost user's code counts."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    files = list(_user_files(error.__traceback__))
    if main is not None and str(Path(main).resolve()) in files:
        return LiveProgram(main)
    return LiveProgram(files[0] if files else (main or "<unknown>"))


def _user_files(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if is_user_code(name) and "site-packages" not in name:
            found.append(name)
        trace = trace.tb_next
    return found
