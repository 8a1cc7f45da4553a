"""Write the TrueType files of graphscope/exporters/fonts, which PNG and PDF need.

Usage (needs fonttools and brotli)::

    python assets/fonts/make_truetype.py
"""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "graphscope" / "exporters" / "fonts"


def main() -> None:
    """Unpack each font; nothing but the compression changes."""
    for packed in sorted(HERE.glob("*.woff2")):
        font = TTFont(packed, recalcTimestamp=False)
        font.flavor = None
        font.save(TARGET / f"{packed.stem}.ttf")


if __name__ == "__main__":
    main()
