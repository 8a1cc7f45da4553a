"""A page of the documentation as a script: files to write, changes to make, commands to run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True)
class Written:
    """A file that the reader writes."""

    name: str
    text: str


@dataclass(frozen=True)
class Changed:
    """Lines that the reader replaces by others; each is `-`, `+` or a space and the line."""

    name: str
    lines: tuple[str, ...]

    def apply(self, text: str) -> str:
        """Return the text after the change; the old lines must stand in it exactly once."""
        old, new = (self._side(sign) for sign in "-+")
        assert text.count(old) == 1, f"{self.name} does not have {old!r} once"
        return text.replace(old, new)

    def _side(self, sign: str) -> str:
        return "\n".join(line[1:] for line in self.lines if line[:1] in (sign, " "))


@dataclass(frozen=True)
class Command:
    """A command, and lines that its output must have in this order."""

    words: str
    lines: tuple[str, ...]


def read_page(path: Path) -> list[Written | Changed | Command]:
    """Return what a page asks its reader to do, in order."""
    found: list[Written | Changed | Command] = []
    for kind, title, body in _BLOCK.findall(path.read_text(encoding="utf-8")):
        if kind == "python" and title:
            found.append(Written(title, body))
        elif kind == "diff":
            found.append(Changed(title, tuple(body.splitlines())))
        elif kind == "console":
            found += _commands(body)
    return found


def find_missing(command: Command, output: str) -> str | None:
    """Return the first line that the output should have and has not; numbers may differ."""
    rest = _without_numbers(output)
    for line in command.lines:
        wanted = _without_numbers(line)
        at = rest.find(wanted)
        if at < 0:
            return line
        rest = rest[at + len(wanted) :]
    return None


def _commands(body: str) -> list[Command]:
    parts = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        words, *lines = part.splitlines()
        found.append(Command(words, tuple(line for line in lines if line.strip())))
    return found


def _without_numbers(text: str) -> str:
    """Return a text with every number as `#` and every run of blanks as one."""
    return re.sub(r"\s+", " ", _NUMBER.sub("#", text)).strip()
