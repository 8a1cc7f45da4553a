"""The content of the page: SVG elements as PDF operators."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from graphscope.exporters import fonts
from graphscope.exporters.pdf.font import Font
from graphscope.exporters.pdf.outline import number, path_operators, rectangle_operators

_INHERITED = frozenset(
    {"fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "text-anchor"}
)
_SHIFT = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)")
_BOLD = 600

Style = Mapping[str, str]
Stops = list[tuple[float, str]]


@dataclass
class Page:
    """Operators in the coordinates of the SVG, and what they refer to."""

    operators: list[str] = field(default_factory=list)
    fonts: dict[str, Font] = field(default_factory=dict)
    gradients: dict[str, Stops] = field(default_factory=dict)


def draw_page(root: ET.Element) -> Page:
    """Return the page of an SVG picture."""
    page = Page()
    for gradient in root.iterfind(".//{*}linearGradient"):
        page.gradients[gradient.attrib["id"]] = [
            (float(stop.attrib["offset"]), stop.attrib["stop-color"]) for stop in gradient
        ]
    # Groups are as deep as the scopes of the model, so no recursion.
    waiting: list[tuple[ET.Element, Style] | str] = [(root, {})]
    while waiting:
        step = waiting.pop()
        if isinstance(step, str):
            page.operators.append(step)
            continue
        element, outer = step
        style = {
            **outer,
            **{key: element.attrib[key] for key in _INHERITED if key in element.attrib},
        }
        tag = element.tag.rpartition("}")[2]
        if tag in ("svg", "g"):
            page.operators += ["q", *_shift(element)]
            waiting += ["Q", *((child, style) for child in reversed(element))]
        elif tag in _DRAWERS:
            _DRAWERS[tag](page, element, style)
    return page


def color_operands(color: str) -> str:
    """Return red, green and blue of `#rrggbb` from 0 to 1."""
    return " ".join(number(int(color[i : i + 2], 16) / 255) for i in (1, 3, 5))


def _shift(element: ET.Element) -> list[str]:
    found = _SHIFT.fullmatch(element.get("transform", ""))
    return [f"1 0 0 1 {found[1]} {found[2]} cm"] if found else []


def _draw_rectangle(page: Page, element: ET.Element, style: Style) -> None:
    x, y, width, height, radius = (
        float(element.get(key, "0")) for key in ("x", "y", "width", "height", "rx")
    )
    outline = rectangle_operators(x, y, width, height, radius)
    gradient = _gradient_of(style)
    if gradient is None:
        _paint(page, outline, element, style)
        return
    # The gradient spans the box; a shading of width 1 is stretched over it.
    across = f"{number(width)} 0 0 1 {number(x)} 0 cm"
    page.operators.append(f"q\n{outline}\nW n\n{across}\n/{gradient} sh\nQ")
    _paint(page, outline, element, {**style, "fill": "none"})


def _draw_path(page: Page, element: ET.Element, style: Style) -> None:
    _paint(page, path_operators(element.attrib["d"]), element, style)


def _paint(page: Page, outline: str, element: ET.Element, style: Style) -> None:
    fill, stroke = style.get("fill", "#000000"), style.get("stroke", "none")
    setup = []
    if fill != "none":
        setup.append(f"{color_operands(fill)} rg")
    if stroke != "none":
        setup.append(f"{color_operands(stroke)} RG {style.get('stroke-width', '1')} w")
        setup.append(f"[{element.get('stroke-dasharray', '')}] 0 d")
    paint = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}
    page.operators += [*setup, outline, paint[fill != "none", stroke != "none"]]


def _draw_text(page: Page, element: ET.Element, style: Style) -> None:
    text = (element.text or "").strip()
    if not text:
        return
    font = _font_of(style)
    page.fonts[font.name] = font = page.fonts.get(font.name, font)
    glyphs, width = font.encode(text)
    size = float(style.get("font-size", "16"))
    x = float(element.get("x", "0")) - width * size * _ANCHORS[style.get("text-anchor", "start")]
    show = f"<{glyphs}> Tj"
    if font.lacks(text):
        # What is copied from the page is the name all the same.
        show = f"/Span <</ActualText <{hex_text(text)}>>> BDC {show} EMC"
    page.operators.append(
        f"BT {color_operands(style.get('fill', '#000000'))} rg /{font.name} {number(size)} Tf "
        f"1 0 0 -1 {number(x)} {number(float(element.get('y', '0')))} Tm {show} ET"
    )


_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}


def hex_text(text: str) -> str:
    """Return a text as a PDF text string in hexadecimal digits."""
    return (b"\xfe\xff" + text.encode("utf-16-be")).hex()


def _font_of(style: Style) -> Font:
    if "mono" in style.get("font-family", "").lower():
        return Font(fonts.MONO)
    return Font(fonts.SANS_BOLD if float(style.get("font-weight", 400)) >= _BOLD else fonts.SANS)


def _gradient_of(style: Style) -> str | None:
    fill = style.get("fill", "")
    return fill.removeprefix("url(#").removesuffix(")") if fill.startswith("url(#") else None


_DRAWERS: dict[str, Callable[[Page, ET.Element, Style], None]] = {
    "rect": _draw_rectangle,
    "path": _draw_path,
    "text": _draw_text,
}
