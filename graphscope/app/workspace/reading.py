"""Reading a file for the page: one that is named, or one that was sent by the browser."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path, PurePosixPath
from typing import IO

from graphscope.app.broken_file import find_faults
from graphscope.app.origins import find_origin
from graphscope.app.services import Services
from graphscope.app.temporary import TemporaryFolder
from graphscope.errors import ReadError, TargetError
from graphscope.session import files
from graphscope.session.open import read_file
from graphscope.session.targets import FileTarget

_LONGEST_NAME = 120
"""Bytes; file systems take 255."""
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows opens as devices, in every folder."""


class Reader:
    """Reads files one after another, so that ten dropped files need the memory of one.

    Args:
        batch: the batch size that costs are estimated for.
    """

    def __init__(self, *, batch: int = 1) -> None:
        self._batch = batch
        self._one = threading.Lock()
        self._folder: TemporaryFolder | None = None
        self._uploads = 0

    def read(self, path: Path) -> Services:
        """Return what is in a file of this machine; nothing in it is run.

        Of a broken file it is what could be read all the same, with what is wrong beside it.

        Raises:
            GraphscopeError: when there is no graph in it, or reading takes too much.
        """
        findings = None
        with self._one:
            try:
                graph = read_file(FileTarget(path))
            except ReadError as error:
                if error.graph is None:
                    raise
                graph, findings = error.graph, find_faults(error, path.name)
        origin = find_origin(str(path))
        return Services(graph, batch=self._batch, findings=findings, origin=origin)

    def keep(self, name: str, content: IO[bytes]) -> Path:
        """Write an upload to a folder that only this user reads; `end` removes it.

        Args:
            name: as the browser calls the file; only letters, digits and `. _-` of it are used.
            content: its bytes.

        Raises:
            TargetError: when no reader takes files of this name, or it cannot be stored.
        """
        safe = make_safe_name(name)
        check_name(safe)
        with self._one:
            if self._folder is None:
                self._folder = TemporaryFolder("graphscope-")
            self._uploads += 1
            folder = self._folder.path / str(self._uploads)
        path = folder / safe
        try:
            folder.mkdir(mode=0o700)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file)
        except OSError as error:
            self.drop(path)
            raise TargetError(
                f"{name!r} could not be stored: {error.strerror or error}.",
                "Name the file on the command line, where nothing is copied.",
            ) from error
        return path

    def drop(self, path: Path) -> None:
        """Remove an upload that is not shown, or no longer."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def end(self) -> None:
        """Remove all uploads."""
        if self._folder is not None:
            self._folder.remove()


def check_name(name: str) -> None:
    """Check the name of a file before anything is done with it.

    Raises:
        TargetError: when no reader takes such files.
    """
    if PurePosixPath(name).suffix.lower() == ".py":
        raise TargetError(
            f"{name!r} is a program, which the page does not run.",
            f"Open it on the command line: graphscope show {name}:make_model.",
        )
    files.check_name(name)


def make_safe_name(name: str) -> str:
    """Return a name for a file that leads nowhere else and is no option of a command."""
    last = re.split(r"[/\\]", name)[-1]
    stem, dot, suffix = re.sub(r"[^\w. -]", "_", last).strip(" .-").rpartition(".")
    safe = f"{_cut(stem)}{dot}{_cut(suffix)}" or "file"
    return f"_{safe}" if _DEVICE.fullmatch(safe) else safe


def _cut(text: str) -> str:
    return text.encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
