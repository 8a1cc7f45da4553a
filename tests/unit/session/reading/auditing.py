"""A program: reads files in this process, with no lock, and tells what that asked of Python.

Standard input is `{"reader": "module:function", "files": [...]}`; standard output is a list of
`[file, event, argument]`, of all that a reader has no business with.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from graphscope.errors import GraphscopeError
from graphscope.graph import to_json
from graphscope.readers.files import scratch
from graphscope.session.reading.child import load_reader

EXPECTED = {"builtins.id", "object.__getattr__", "sys._getframe", "array.__new__", "mmap.__new__"}
OPENING = {"open", "os.listdir", "os.scandir"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Audit:
    """Keeps the unexpected among the events while a file is read."""

    def __init__(self) -> None:
        self.file = ""
        self.told: list[tuple[str, str, str]] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.file or event in EXPECTED or (event in OPENING and self._is_own(given)):
            return
        file, self.file = self.file, ""  # Describing it makes events as well.
        self.told.append((file, event, repr(given[:1])[:200]))
        self.file = file

    def _is_own(self, given: tuple[Any, ...]) -> bool:
        if isinstance(given[0], int):
            return True  # What is open already.
        if len(given) > 2 and given[2] & WRITING:
            return False
        path = os.path.realpath(os.fsdecode(given[0]))
        return path == self.file or path.startswith(f"{self.file}{os.sep}")


def main() -> None:
    """Read all files, and print the events."""
    request = json.load(sys.stdin)
    module, function = load_reader({"reader": request["reader"], "rare": True})
    read = getattr(module, function)
    scratch.prepare(2)
    audit = Audit()
    for file in request["files"]:
        path = Path(file)
        audit.file = os.path.realpath(path)
        with suppress(GraphscopeError, OSError):
            to_json(read(path))
        audit.file = ""
    print(json.dumps(audit.told))  # noqa: T201


main()
