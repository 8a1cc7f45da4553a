"""Write the TrueType files of this folder from the page's WOFF2 files.

Usage (needs fonttools and brotli)::

    python graphscope/exporters/fonts/make_fonts.py
"""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
PAGE_FONTS = HERE.parents[2] / "assets" / "fonts"


def main() -> None:
    """Unpack each font; nothing but the compression changes."""
    for packed in sorted(PAGE_FONTS.glob("*.woff2")):
        font = TTFont(packed, recalcTimestamp=False)
        font.flavor = None
        font.save(HERE / f"{packed.stem}.ttf")


if __name__ == "__main__":
    main()
