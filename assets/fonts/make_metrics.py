"""Write assets/core/font_metrics.mjs: advance widths of the shipped fonts.

The page, the layout and the SVG export must agree on how wide a text is, also where no browser
is at hand. So the widths come from the font files themselves, as a table in thousandths of an em.

Usage (needs fonttools and brotli)::

    python assets/fonts/make_metrics.py
"""

from __future__ import annotations

import json
from pathlib import Path

from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
TARGET = HERE.parent / "core" / "font_metrics.mjs"
FONTS = {
    "sans400": "inter-latin-400-normal.woff2",
    "sans600": "inter-latin-600-normal.woff2",
    "mono400": "jetbrains-mono-latin-400-normal.woff2",
}
FIRST, LAST = 0x20, 0x24F
EXTRA = "–—‘’“”…•→←↑↓×·⌈⌉⌊⌋"


def advances(path: Path) -> dict[str, int]:
    """Advance width of every interesting character that the font has, in 1/1000 em."""
    font = TTFont(path)
    cmap = font.getBestCmap()
    scale = 1000 / font["head"].unitsPerEm
    wanted = {*range(FIRST, LAST + 1), *map(ord, EXTRA)}
    return {
        chr(code): round(font["hmtx"][cmap[code]][0] * scale)
        for code in sorted(wanted)
        if code in cmap
    }


def table(widths: dict[str, int]) -> str:
    """One JavaScript object literal: ASCII widths as a list, the others by character."""
    ascii_widths = [widths.get(chr(code), 600) for code in range(0x20, 0x7F)]
    others = {
        character: width for character, width in widths.items() if not " " <= character <= "~"
    }
    default = sorted(widths.values())[len(widths) // 2]
    return (
        f"{{ default: {default}, ascii: {json.dumps(ascii_widths, separators=(',', ':'))}, "
        f"others: {json.dumps(others, separators=(',', ':'))} }}"
    )


HEADER = (
    "/** Advance widths in 1/1000 em of the shipped fonts, by assets/fonts/make_metrics.py. */"
    "\n\n"
    "/** @type {Record<string, {default: number, ascii: number[],"
    " others: Record<string, number>}>} */\n"
)


def main() -> None:
    """Write the module."""
    rows = [f"  {name}: {table(advances(HERE / file))}," for name, file in FONTS.items()]
    body = "export const FONT_METRICS = {\n" + "\n".join(rows) + "\n};\n"
    TARGET.write_text(HEADER + body, encoding="utf-8")


if __name__ == "__main__":
    main()
