"""Editing the user's files by a fix."""

from __future__ import annotations

import os
import tempfile
import tokenize
from pathlib import Path

from graphscope.doctor.findings import Fix
from graphscope.doctor.reports import Report
from graphscope.errors import GraphscopeError


def find_fix(report: Report, number: int) -> Fix:
    """Return the N-th fix of a report, counted from 1 as they are printed.

    Raises:
        GraphscopeError: when there are not so many.
    """
    offered = report.offered
    if number > len(offered):
        raise GraphscopeError(
            f"There is no fix {number}: {len(offered) or 'none'} can be applied.",
            "Run it without --apply to see them.",
        )
    return offered[number - 1]


def apply_fix(report: Report, fix: Fix) -> list[str]:
    """Edit the files; each keeps its encoding, its line ends and its mode.

    Returns:
        the names of the changed files, as the user names them.

    Raises:
        GraphscopeError: when a file is not what was diagnosed any more; then none is edited.
    """
    before = {file: _Text.read(file) for file in dict.fromkeys(edit.file for edit in fix.edits)}
    for file, text in before.items():
        if text.text != report.sources.get(file):
            raise GraphscopeError(
                f"{report.relative(file)} has changed since it was run.", "Run the command again."
            )
    after = fix.apply({file: text.text for file, text in before.items()})
    staged = [(before[file].stage(file, text), file) for file, text in after.items()]
    for new, file in staged:
        os.replace(new, os.path.realpath(file))  # noqa: PTH105 - a link stays a link
    return [report.relative(file) for file in after]


class _Text:
    """The text of a file, and how it is written."""

    def __init__(self, raw: bytes, file: str) -> None:
        with Path(file).open("rb") as stream:
            self._encoding, _ = tokenize.detect_encoding(stream.readline)
        self._newline = "\r\n" if b"\r\n" in raw else "\n"
        self.text = raw.decode(self._encoding).replace("\r\n", "\n")

    @classmethod
    def read(cls, file: str) -> _Text:
        return cls(Path(file).read_bytes(), file)

    def stage(self, file: str, text: str) -> str:
        """Write the new text beside the file, ready to take its place; return its path."""
        raw = text.replace("\n", self._newline).encode(self._encoding)
        target = Path(os.path.realpath(file))
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(raw)
        Path(name).chmod(target.stat().st_mode & 0o7777)
        return name
