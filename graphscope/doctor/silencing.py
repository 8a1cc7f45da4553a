"""Diagnoses that the user does not want to see: by pyproject.toml, or by a comment on the line.

[tool.graphscope]
ignore = ["linear-stack"]

model.add(Dense(64))  # graphscope: ignore[linear-stack]
model.add(Dense(64))  # graphscope: ignore
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from graphscope.doctor.catalogue import list_rules
from graphscope.doctor.findings import Diagnosis, Place

_COMMENT = re.compile(r"#\s*graphscope:\s*ignore\b(?:\s*\[([^\]]*)\])?")

LineOf = Callable[[Place], str]
"""Returns the source line at a place; empty where there is none."""


class Silencing(NamedTuple):
    """What is left, how many diagnoses are not, and what is wrong with the user's settings."""

    kept: list[Diagnosis]
    silenced: int
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Settings:
    """The ids that a pyproject.toml ignores, and what could not be understood in it."""

    ignored: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def apply_silencing(
    diagnoses: Iterable[Diagnosis], folder: str | Path, line_of: LineOf | None = None
) -> Silencing:
    """Leave out what the user has silenced.

    Args:
        diagnoses: all that were found.
        folder: of the program; the nearest pyproject.toml in it or above it counts.
        line_of: how to read a line; by default from the files themselves.
    """
    settings = read_settings(Path(folder))
    read = line_of or _line_in_file
    found = list(diagnoses)
    kept = [each for each in found if not _is_silenced(each, settings, read)]
    told = {id_ for each in found for place in each.places for id_ in _ids(read(place)) or ()}
    notes = [*settings.notes, *_unknown(settings.ignored, "pyproject.toml")]
    notes += _unknown(told - settings.ignored, "A comment")
    return Silencing(kept, len(found) - len(kept), notes)


def read_settings(folder: Path) -> Settings:
    """Return what the nearest pyproject.toml says; nothing where there is none."""
    file = find_pyproject(folder)
    if file is None:
        return Settings()
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Settings(notes=(f"{file} cannot be read, so nothing is ignored: {error}",))
    return _settings(document, file)


def find_pyproject(folder: Path) -> Path | None:
    """Return the nearest pyproject.toml, in the folder or above it."""
    here = folder.resolve()
    files = (each / "pyproject.toml" for each in (here, *here.parents))
    return next((file for file in files if file.is_file()), None)


def _settings(document: dict[str, Any], file: Path) -> Settings:
    tool = document.get("tool")
    section = tool.get("graphscope") if isinstance(tool, dict) else None
    given = section.get("ignore", []) if isinstance(section, dict) else []
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        note = f'{file}: [tool.graphscope] ignore is no list of rule ids, as in ["linear-stack"].'
        return Settings(notes=(note,))
    return Settings(frozenset(given))


def _is_silenced(diagnosis: Diagnosis, settings: Settings, line_of: LineOf) -> bool:
    if diagnosis.rule in settings.ignored:
        return True
    for place in diagnosis.places:
        ids = _ids(line_of(place))
        if ids is not None and (not ids or diagnosis.rule in ids):
            return True
    return False


def _ids(line: str) -> list[str] | None:
    """Return the ids in a comment, none for all rules; None where there is no such comment."""
    found = _COMMENT.search(line)
    if found is None:
        return None
    return [id_.strip() for id_ in (found.group(1) or "").split(",") if id_.strip()]


def _unknown(ids: Iterable[str], where: str) -> list[str]:
    given = sorted(ids)
    known = {rule.id for rule in list_rules()} if given else set()
    return [
        f"{where} ignores {id_!r}, which is no rule; docs/rules.md lists them."
        for id_ in given
        if id_ not in known
    ]


def _line_in_file(place: Place) -> str:
    try:
        lines = Path(place.file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""  # A place in no file (a notebook cell) can carry no comment that we could read.
    return lines[place.line - 1] if 0 < place.line <= len(lines) else ""
