"""The messages in the object headers of the classic HDF5 layout.

A header is a row of messages, each with its kind, its length and its flags in front. The headers of
a file's many arrays and groups are laid out in very few ways, so a piece of a header is compared
with those that were met before: one look at all the fronts tells where the messages lie.

Source: HDF5 File Format Specification, version 3.0, sections IV.A.1.a and IV.A.2.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from typing import NamedTuple, TypeAlias

DATASPACE, DATATYPE, LAYOUT, CONTINUATION, SYMBOL_TABLE = 0x01, 0x03, 0x08, 0x10, 0x11

_TELLING = frozenset({DATASPACE, DATATYPE, LAYOUT, CONTINUATION, SYMBOL_TABLE})
_HARMLESS = frozenset({0x00, 0x04, 0x05, 0x0B, 0x0C, 0x0D, 0x0E, 0x12})
"""Messages that say nothing about shape, type and place: fill value, filters, attributes, time."""

_MESSAGE = struct.Struct("<HHB3x")
_MOST_KNOWN = 4
"""Ways in which pieces of one size are laid out that are kept."""

Bodies: TypeAlias = tuple[bytes, ...]


class UnfamiliarError(Exception):
    """The file is not laid out in the classic way."""


class Outline(NamedTuple):
    """Where in a piece of a header which messages lie."""

    fronts: struct.Struct
    """Unpacks kind, length and flags of all messages."""
    told: tuple[int, ...]
    """What these are."""
    bodies: struct.Struct
    """Unpacks the messages that tell of shape, type or place."""
    kinds: tuple[int, ...]
    """Which ones these are."""
    messages: int
    """The number of all messages."""


class Outlines:
    """How pieces of headers are laid out, as far as they were met."""

    def __init__(self) -> None:
        self._known: defaultdict[int, list[Outline]] = defaultdict(list)

    def split(self, buffer: bytes, place: int, size: int, most: int) -> tuple[Outline, Bodies]:
        """Return the messages of a piece of a header that tell of shape, type or place.

        Args:
            buffer: in which the piece lies.
            place: where it begins.
            size: its bytes, all of which must be in the buffer.
            most: messages that it may have where it is laid out as none before.

        Raises:
            UnfamiliarError: when a message is longer than the piece, shared, or of an odd kind, or
                there are too many.
        """
        known = self._known[size]
        for outline in known:
            if outline.fronts.unpack_from(buffer, place) == outline.told:
                return outline, outline.bodies.unpack_from(buffer, place)
        outline = _describe(buffer, place, size, most)
        del known[_MOST_KNOWN - 1 :]
        known.insert(0, outline)
        return outline, outline.bodies.unpack_from(buffer, place)


def _describe(buffer: bytes, place: int, size: int, most: int) -> Outline:
    fronts, bodies = "<", "<"
    told: list[int] = []
    kinds: list[int] = []
    end = place + size
    while place + _MESSAGE.size <= end:
        kind, length, flags = _MESSAGE.unpack_from(buffer, place)
        place += _MESSAGE.size + length
        # Flag 2: the message is kept elsewhere, shared by several objects.
        if place > end or flags & 2 or (kind not in _HARMLESS and kind not in _TELLING):
            raise UnfamiliarError
        most -= 1
        if most < 0:
            raise UnfamiliarError
        told += (kind, length, flags)
        fronts += f"HHB3x{length}x"
        if kind in _TELLING:
            kinds.append(kind)
            bodies += f"{_MESSAGE.size}x{length}s"
        else:
            bodies += f"{_MESSAGE.size + length}x"
    bodies += f"{end - place}x"  # nothing must be missing of the piece
    return Outline(
        struct.Struct(fronts), tuple(told), struct.Struct(bodies), tuple(kinds), len(told) // 3
    )
