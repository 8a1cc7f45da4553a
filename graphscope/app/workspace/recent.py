"""Files that were opened before, kept between two starts in the user's folder for such things."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphscope.app.state_folder import state_folder

MOST = 12
"""Files that are remembered; the list of the page shows them without scrolling."""


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file by its path; the page names it by `id` and never sends a path."""

    path: Path

    @property
    def id(self) -> str:
        """A short name that the path follows from only here."""
        return hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]


class RecentFiles:
    """The list on disk, newest first. A list that cannot be read or written is an empty one.

    Args:
        file: where it is kept; by default in `state_folder()`.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = state_folder() / "recent.json" if file is None else file

    def existing(self) -> tuple[RecentFile, ...]:
        """Return the files that still exist."""
        found = (RecentFile(Path(text)) for text in self._read())
        return tuple(recent for recent in found if recent.path.is_file())

    def find(self, id_: str) -> RecentFile | None:
        """Return a file of the list by its id."""
        return next((recent for recent in self.existing() if recent.id == id_), None)

    def add(self, path: Path) -> None:
        """Put a file at the top of the list."""
        text = str(path.resolve())
        self._write([text, *(other for other in self._read() if other != text)][:MOST])

    def forget(self, id_: str | None = None) -> None:
        """Take a file from the list, or all of them."""
        kept = [text for text in self._read() if id_ and RecentFile(Path(text)).id != id_]
        self._write(kept)

    def _read(self) -> list[str]:
        try:
            told: Any = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        files = told.get("files") if isinstance(told, dict) else None
        return [text for text in files if isinstance(text, str)] if isinstance(files, list) else []

    def _write(self, files: list[str]) -> None:
        """Write the list as a whole: two servers may do so at once."""
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=self._file.parent, prefix="recent-", encoding="utf-8", delete=False
            ) as new:
                json.dump({"files": files}, new, indent=1)
            Path(new.name).replace(self._file)
        except OSError:
            return  # A home that cannot be written to (a container) has no list.
