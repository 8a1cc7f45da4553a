"""TrueType fonts: which letters they have, how wide these are, and how a PDF carries them.

Tables and their fields: the OpenType specification, chapters `cmap`, `hmtx`, `head`, `hhea`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Font:
    """A TrueType font; sizes are in thousandths of an em, as in a PDF."""

    path: Path
    used: dict[int, str] = field(default_factory=dict)
    """Glyphs that were asked for, and the letters they show."""

    def encode(self, text: str) -> tuple[str, float]:
        """Return the glyphs of a text as hexadecimal digits, and its width in em.

        A letter that the font lacks becomes the sign for an unknown one.
        """
        glyphs = [self._glyph(letter) for letter in text]
        width = sum(self.widths[glyph] for glyph in glyphs) / 1000
        return "".join(f"{glyph:04X}" for glyph in glyphs), width

    def lacks(self, text: str) -> bool:
        """Return whether the font has no glyph for some letter of a text."""
        return any(ord(letter) not in self.glyphs for letter in text)

    @cached_property
    def data(self) -> bytes:
        """The whole file."""
        return self.path.read_bytes()

    @cached_property
    def name(self) -> str:
        """The name for use in a PDF."""
        return self.path.stem

    @cached_property
    def widths(self) -> list[int]:
        """Advance widths by glyph."""
        metrics, count = self._tables["hmtx"], struct.unpack_from(">H", self._tables["hhea"], 34)[0]
        widths = [struct.unpack_from(">H", metrics, 4 * i)[0] for i in range(count)]
        # Fonts of one width store it once; it holds for all glyphs that follow.
        glyphs = struct.unpack_from(">H", self._tables["maxp"], 4)[0]
        return [self._scale(width) for width in widths + widths[-1:] * (glyphs - count)]

    @cached_property
    def glyphs(self) -> dict[int, int]:
        """Glyphs by code point."""
        return {code: glyph for code, glyph in _read_cmap(self._tables["cmap"]) if glyph}

    @cached_property
    def box(self) -> tuple[int, ...]:
        """The box around all glyphs: left, bottom, right, top."""
        return tuple(self._scale(size) for size in struct.unpack_from(">4h", self._head, 36))

    @cached_property
    def ascent(self) -> int:
        """Height above the base line."""
        return self._scale(struct.unpack_from(">h", self._tables["hhea"], 4)[0])

    @cached_property
    def descent(self) -> int:
        """Depth below the base line, negative."""
        return self._scale(struct.unpack_from(">h", self._tables["hhea"], 6)[0])

    @property
    def _head(self) -> bytes:
        return self._tables["head"]

    @cached_property
    def _tables(self) -> dict[str, bytes]:
        count = struct.unpack_from(">H", self.data, 4)[0]
        records = (struct.unpack_from(">4sIII", self.data, 12 + 16 * i) for i in range(count))
        return {tag.decode(): self.data[start : start + size] for tag, _, start, size in records}

    def _scale(self, units: int) -> int:
        units_per_em: int = struct.unpack_from(">H", self._head, 18)[0]
        return round(units * 1000 / units_per_em)

    def _glyph(self, letter: str) -> int:
        glyph = self.glyphs.get(ord(letter), 0)
        self.used.setdefault(glyph, letter if glyph else "\ufffd")
        return glyph


def _read_cmap(table: bytes) -> Iterator[tuple[int, int]]:
    """Yield code points and glyphs of the table's segments for the basic plane (format 4)."""
    for i in range(struct.unpack_from(">H", table, 2)[0]):
        start = struct.unpack_from(">I", table, 8 + 8 * i)[0]
        if struct.unpack_from(">H", table, start)[0] == 4:
            yield from _read_segments(table, start)
            return


def _read_segments(table: bytes, start: int) -> Iterator[tuple[int, int]]:
    count = struct.unpack_from(">H", table, start + 6)[0] // 2
    columns = [start + 14, *(start + 16 + 2 * count * column for column in (1, 2, 3))]
    for i in range(count):
        last, first, delta, offset = (
            struct.unpack_from(">H", table, column + 2 * i)[0] for column in columns
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            if offset == 0:
                yield code, (code + delta) & 0xFFFF
            else:
                place = columns[3] + 2 * i + offset + 2 * (code - first)
                glyph = struct.unpack_from(">H", table, place)[0]
                yield code, (glyph + delta) & 0xFFFF if glyph else 0
