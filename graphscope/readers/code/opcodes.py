"""What the numbers of instructions mean in each release of Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from graphscope.readers.code.opcode_tables import CACHES, CHANGES

NEWEST = max(CHANGES)


@dataclass(frozen=True, slots=True)
class Release:
    """The instructions of Python 3.`minor`."""

    minor: int
    names: Mapping[int, str]
    caches: Mapping[str, int]

    @property
    def jump_unit(self) -> int:
        """How many bytes a jump over 1 skips."""
        return 2 if self.minor >= 10 else 1

    @property
    def first_with_argument(self) -> int:
        """The least number of an instruction whose argument counts."""
        return {13: 45, 14: 44}.get(self.minor, 90)


@cache
def release(minor: int) -> Release:
    """Return the instructions of Python 3.`minor`."""
    names: dict[str, int] = {} if minor == min(CHANGES) else _numbers(minor - 1)
    names |= _changed(minor)
    for gone in _removed(minor):
        del names[gone]
    return Release(minor, {number: name for name, number in names.items()}, CACHES.get(minor, {}))


def _numbers(minor: int) -> dict[str, int]:
    return {name: number for number, name in release(minor).names.items()}


def _changed(minor: int) -> dict[str, int]:
    found: dict[str, int] = {}
    number = 0
    for word in CHANGES[minor].split():
        if word.isdigit():
            number = int(word)
        elif not word.startswith("-"):
            found[word] = number
            number += 1
    return found


def _removed(minor: int) -> list[str]:
    return [word[1:] for word in CHANGES[minor].split() if word.startswith("-")]
