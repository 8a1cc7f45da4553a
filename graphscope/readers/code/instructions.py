"""From the bytes of a function to its instructions, under the rules of one release of Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.readers.code.arguments import explain
from graphscope.readers.code.opcodes import Release
from graphscope.readers.code.values import CodeObject

MAX_INSTRUCTIONS = 50_000
"""Of a function and those inside it."""

_ABSOLUTE = frozenset(
    {
        "JUMP_IF_FALSE_OR_POP",
        "JUMP_IF_TRUE_OR_POP",
        "JUMP_ABSOLUTE",
        "POP_JUMP_IF_FALSE",
        "POP_JUMP_IF_TRUE",
        "JUMP_IF_NOT_EXC_MATCH",
        "CONTINUE_LOOP",
    }
)
"""Up to 3.10, these jump to a place instead of over a distance."""

_RELATIVE = frozenset(
    {"FOR_ITER", "SEND", "SETUP_LOOP", "SETUP_EXCEPT", "SETUP_FINALLY", "SETUP_WITH",
     "SETUP_ASYNC_WITH", "CALL_FINALLY"}
)  # fmt: skip


class InstructionError(Exception):
    """The bytes are no instructions of this release."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction.

    Attributes:
        offset: of its first byte.
        name: `LOAD_CONST`.
        argument: its number; None where it takes none.
        meaning: what the argument stands for, where that is not just the number.
        target: where it jumps to; None when it does not.
    """

    offset: int
    name: str
    argument: int | None
    meaning: str = ""
    target: int | None = None


def decode(code: CodeObject, release: Release) -> list[Instruction]:
    """Return the instructions of a function, without those of functions inside it.

    Raises:
        InstructionError: when a byte is no instruction of the release, or refers to nothing.
    """
    found = list(_decode(code, release))
    places = {instruction.offset for instruction in found}
    for instruction in found:
        target = instruction.target
        if target is not None and target not in places:
            raise InstructionError(f"the jump at {instruction.offset} leads to no instruction")
    return found


def _decode(code: CodeObject, release: Release) -> Iterator[Instruction]:
    data = code.code
    if len(data) % 2:
        raise InstructionError("there is half an instruction")
    start, offset, extended = 0, 0, 0
    while offset < len(data):
        number, argument = data[offset], data[offset + 1]
        name = release.names.get(number)
        if name is None or name == "CACHE":
            raise InstructionError(f"byte {offset} is no instruction")
        argument |= extended << 8
        offset += 2
        if name == "EXTENDED_ARG":
            extended = argument
            if argument >= 1 << 24:
                raise InstructionError("an argument is too large")
            continue
        offset = _skip_cache(data, offset, release.caches.get(name, 0))
        takes = number >= release.first_with_argument
        target = _target(name, argument, offset, release) if takes else None
        meaning = explain(name, argument, code, release.minor) if takes else ""
        if meaning is None:
            raise InstructionError(f"{name} at {start} refers to nothing")
        yield Instruction(start, name, argument if takes else None, meaning, target)
        start, extended = offset, 0
    if extended or start != offset:
        raise InstructionError("the last instruction is cut")


def _skip_cache(data: bytes, offset: int, count: int) -> int:
    """Return where the places for the cache of an instruction end; all of them are empty."""
    end = offset + 2 * count
    if any(data[offset:end:2]) or end > len(data):
        raise InstructionError(f"the cache at {offset} is not empty")
    return end


def _target(name: str, argument: int, following: int, release: Release) -> int | None:
    distance = argument * release.jump_unit
    if release.minor <= 10 and name in _ABSOLUTE:
        return distance
    if "JUMP" in name or name in _RELATIVE:
        return following - distance if "BACKWARD" in name else following + distance
    if name == "END_ASYNC_FOR" and release.minor >= 14:
        return following - distance
    return None
