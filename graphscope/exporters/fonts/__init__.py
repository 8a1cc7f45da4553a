"""The fonts of the page as TrueType files, for programs that cannot read WOFF2.

`assets/fonts/make_truetype.py` writes them from the WOFF2 files there, so screen, PNG and PDF show
the same letters.
Licences: SIL Open Font License 1.1, in `assets/fonts/LICENSE-*.txt`.
"""

from __future__ import annotations

from pathlib import Path

from graphscope.exporters.fonts.embedding import embed as embed

_HERE = Path(__file__).parent

SANS = _HERE / "inter-latin-400-normal.ttf"
SANS_BOLD = _HERE / "inter-latin-600-normal.ttf"
MONO = _HERE / "jetbrains-mono-latin-400-normal.ttf"
ALL = (SANS, SANS_BOLD, MONO)
