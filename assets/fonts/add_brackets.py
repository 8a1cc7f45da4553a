"""Add the brackets of rounding (⌈ ⌉ ⌊ ⌋), in which shapes are shown, to the shipped mono font.

The Latin subset that is shipped lacks them; they come from the whole JetBrains Mono
(https://github.com/JetBrains/JetBrainsMono, or the package fonts-jetbrains-mono of Debian), under
the same licence. Afterwards run make_truetype.py and make_metrics.py.

Usage (needs fonttools and brotli)::

    python assets/fonts/add_brackets.py JetBrainsMono-Regular.ttf
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent / "jetbrains-mono-latin-400-normal.woff2"
BRACKETS = "⌈⌉⌊⌋"


def main(whole: str) -> None:
    """Copy the outlines and widths of the brackets that are missing."""
    source = TTFont(whole)
    target = TTFont(TARGET, recalcTimestamp=False)
    known, names = target.getBestCmap(), source.getBestCmap()
    for bracket in BRACKETS:
        code = ord(bracket)
        if code in known:
            continue
        name = names[code]
        glyph = source["glyf"][name]
        if glyph.isComposite():
            raise SystemExit(f"{bracket} is made of other glyphs; take another version.")
        glyph.removeHinting()  # the instructions are those of another version
        target.setGlyphOrder([*target.getGlyphOrder(), name])
        target["glyf"].glyphs[name] = glyph
        target["glyf"].glyphOrder = target.getGlyphOrder()
        target["hmtx"].metrics[name] = source["hmtx"][name]
        for table in target["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name
    target.save(TARGET)


if __name__ == "__main__":
    main(sys.argv[1])
