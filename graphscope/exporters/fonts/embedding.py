"""Putting the fonts that a picture names into it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache

from graphscope.resources import assets_dir


@dataclass(frozen=True, slots=True)
class _Face:
    family: str
    weight: int
    file: str
    mark: str
    """What in a picture tells that it is used."""


_FACES = (
    _Face("Inter", 400, "inter-latin-400-normal.woff2", "<text"),
    _Face("Inter", 600, "inter-latin-600-normal.woff2", 'font-weight="600"'),
    _Face("JetBrains Mono", 400, "jetbrains-mono-latin-400-normal.woff2", "JetBrains Mono"),
)


def embed(svg: str) -> str:
    """Return an SVG picture that `draw_svg` made, with the fonts it uses inside it.

    Browsers and Inkscape read them; programs that do not take another font, as without.
    """
    rules = "".join(_write_rule(face) for face in _FACES if face.mark in svg)
    head, title, rest = svg.partition("</title>\n")
    assert title, "the SVG writer gives every picture a title"
    return f"{head}{title}<style>{rules}</style>\n{rest}" if rules else svg


@cache
def _write_rule(face: _Face) -> str:
    data = b64encode((assets_dir() / "fonts" / face.file).read_bytes()).decode()
    return (
        f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )
