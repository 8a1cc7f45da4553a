"""A copy of a program that can be edited and run without touching the original."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

LARGEST_COPIED = 256 << 10
"""Bytes of a data file that is copied; larger ones are linked, and copied when written to."""

MOST_COPIED = 400
"""Files that are copied besides Python's own; folders beyond are linked as a whole."""

LEFT_OUT = {".git", "__pycache__", ".mypy_cache", ".pytest_cache", ".ipynb_checkpoints"}


@dataclass(frozen=True, slots=True)
class Copy:
    """A copied program.

    Attributes:
        folder: the copy of the program's folder.
        cwd: the folder to run it in.
    """

    folder: str
    cwd: str


def copy_program(folder: str, cwd: str, scratch: str, edited: Collection[str]) -> Copy:
    """Copy a program's folder, and what lies around the working directory by links.

    Args:
        folder: of the program.
        cwd: where it was run.
        scratch: where to.
        edited: files that must be copies.
    """
    home, here = Path(folder), Path(cwd)
    if here.is_relative_to(home):
        target = Path(scratch) / "program"
        _copy(home, target, _Budget(edited))
        place = target / here.relative_to(home)
        place.mkdir(parents=True, exist_ok=True)
        return Copy(str(target), str(place))
    around = Path(scratch) / "around"
    if home.is_relative_to(here):
        target = around / home.relative_to(here)
        _link_around(here, around, home.relative_to(here).parts)
    else:
        target = Path(scratch) / "program"
        _link_around(here, around, ())
    _copy(home, target, _Budget(edited))
    return Copy(str(target), str(around))


class _Budget:
    def __init__(self, edited: Iterable[str]) -> None:
        self.left = MOST_COPIED
        self._edited = [Path(file) for file in edited]

    def needs(self, path: Path) -> bool:
        return any(file.is_relative_to(path) for file in self._edited)


def _copy(source: Path, target: Path, budget: _Budget) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with os.scandir(source) as entries:
        # Files first: what lies beside the script counts more than what is deep below it.
        for entry in sorted(entries, key=lambda entry: (entry.is_dir(), entry.name)):
            if entry.name not in LEFT_OUT:
                _copy_entry(Path(entry.path), target / entry.name, budget)


def _copy_entry(source: Path, target: Path, budget: _Budget) -> None:
    if source.is_dir():
        if budget.needs(source) or (budget.left > 0 and not _is_environment(source)):
            _copy(source, target, budget)
        else:
            target.symlink_to(source.resolve())
    elif source.is_file():
        budget.left -= 1
        small = source.stat().st_size <= LARGEST_COPIED and budget.left > 0
        if budget.needs(source) or source.suffix == ".py" or small:
            shutil.copyfile(source, target)
        else:
            target.symlink_to(source.resolve())


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").exists() or folder.name in ("node_modules", "site-packages")


def _link_around(source: Path, target: Path, inner: tuple[str, ...]) -> None:
    """Make a folder of links to what is in another, but real along the way to the program."""
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if inner and entry.name == inner[0]:
            if len(inner) > 1:
                _link_around(entry, target / entry.name, inner[1:])
        else:
            (target / entry.name).symlink_to(entry.resolve())
