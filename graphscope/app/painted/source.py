"""Lines of the user's program."""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import Any


def tell_place(file: object, line: object) -> dict[str, Any] | None:
    """Return a line of the user's program, with its text where the file is on this machine."""
    if not isinstance(file, str) or not isinstance(line, int) or not file:
        return None
    return {"file": Path(file).name, "path": file, "line": line, "text": _source(file, line)}


def _source(file: str, line: int) -> str:
    # A log may name any file: only programs are shown.
    if not file.endswith(".py") or not Path(file).is_file():
        return ""
    return linecache.getline(file, line).strip()
