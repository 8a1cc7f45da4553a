"""Which release of Python wrote a function: found from its form and its instructions."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.readers.code.instructions import (
    MAX_INSTRUCTIONS,
    Instruction,
    InstructionError,
    decode,
)
from graphscope.readers.code.opcodes import NEWEST, release
from graphscope.readers.code.values import CodeObject, Collection, Layout, Value

RELEASES: dict[Layout, range] = {
    "3.11": range(11, NEWEST + 1),
    "3.8": range(8, 11),
    "3.6": range(6, 8),
}
"""The minor releases that write each layout."""


def functions_in(code: CodeObject) -> list[CodeObject]:
    """Return a function and those inside it, each once, outer ones first."""
    found: dict[int, CodeObject] = {}
    waiting: list[Value] = [code]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        if isinstance(value, CodeObject):
            seen.add(id(value))
            found[id(value)] = value
            waiting += reversed(value.constants)
        elif isinstance(value, Collection):
            seen.add(id(value))
            waiting += reversed(value.items)
    return list(found.values())


Decoded = list[tuple[CodeObject, list[Instruction]]]


def decode_all(code: CodeObject) -> tuple[list[int], Decoded]:
    """Return the minor releases that read a function alike, and its instructions.

    Raises:
        InstructionError: when no release can have written it.
    """
    functions = functions_in(code)
    # Functions may share their bytes, so that few bytes are many instructions.
    if sum(len(function.code) for function in functions) > 2 * MAX_INSTRUCTIONS:
        raise InstructionError(f"there are more than {MAX_INSTRUCTIONS:,}")
    possible = [(minor, found) for minor, found in _attempts(functions) if found is not None]
    if not possible:
        raise InstructionError("no release of Python from 3.6 to 3.14 has these instructions")
    # The newest of several; those that say the same are told together.
    _, best = possible[-1]
    alike = [minor for minor, found in possible if found == best]
    return alike, list(zip(functions, best, strict=True))


def _attempts(functions: list[CodeObject]) -> Iterator[tuple[int, list[list[Instruction]] | None]]:
    for minor in RELEASES[functions[0].layout]:
        if all(_fits_line_table(code, minor) for code in functions):
            try:
                yield minor, [decode(code, release(minor)) for code in functions]
            except InstructionError:
                yield minor, None


def _fits_line_table(code: CodeObject, minor: int) -> bool:
    """Whether the line table of a function has the form of a release.

    From 3.10 on it covers all instructions; before, it only names the places where lines change.
    """
    if code.layout != "3.8":
        return True
    covers = sum(code.line_table[::2]) == len(code.code)
    return covers == (minor == 10)
