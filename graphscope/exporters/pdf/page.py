"""SVG elements on the canvas of ReportLab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas

from graphscope.exporters import fonts
from graphscope.exporters.pdf.outline import trace_path

# ReportLab finds fonts by name, in a table of the process. An import fills it once, also when
# several threads write files.
for _path in fonts.ALL:
    pdfmetrics.registerFont(TTFont(_path.stem, str(_path)))

Style = Mapping[str, str]
_INITIAL: Style = {
    "fill": "#000000",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-dasharray": "",
    "font-family": "",
    "font-size": "16",
    "font-weight": "400",
    "text-anchor": "start",
}
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_BOLD = 600
_UNKNOWN = "?"
"""What shows for a letter that the fonts lack; viewers draw nothing for ReportLab's own sign."""


def make_pdf(svg: str, *, title: str) -> bytes:
    """Return a PDF of one page, as large as the SVG picture, which `draw_svg` made."""
    root = ET.fromstring(svg)
    width, height = (float(root.attrib[key].removesuffix("mm")) * mm for key in ("width", "height"))
    canvas = Canvas(
        "",
        pagesize=(width, height),
        bottomup=0,  # count downwards, as SVG does
        pageCompression=1,
        invariant=1,  # no time of day: the same picture gives the same bytes
        initialFontName=fonts.SANS.stem,  # else each file names Helvetica, which is not embedded
    )
    # A name may hold half of a surrogate pair, which no encoding takes.
    canvas.setTitle(title.encode("utf-8", "backslashreplace").decode())
    canvas.setCreator("graphscope")
    canvas.setAuthor("")
    canvas.setSubject("")
    scale = width / float(root.attrib["viewBox"].split()[2])
    canvas.scale(scale, scale)
    _draw(canvas, root)
    data: bytes = canvas.getpdfdata()
    return data


def _draw(canvas: Any, root: ET.Element) -> None:
    # A picture has one gradient at most, that of the overlay.
    stops = root.findall(".//{*}linearGradient/{*}stop")
    # Groups are as deep as the scopes of the model, so no recursion; None closes a group.
    waiting: list[tuple[ET.Element, Style] | None] = [(root, _INITIAL)]
    while waiting:
        step = waiting.pop()
        if step is None:
            canvas.restoreState()
            continue
        element, outer = step
        style = {**outer, **element.attrib}
        match element.tag.rpartition("}")[2]:
            case "svg" | "g":
                canvas.saveState()
                canvas.translate(*_shift(element))
                waiting += [None, *((child, style) for child in reversed(element))]
            case "rect":
                _draw_rectangle(canvas, element, style, stops)
            case "path":
                outline = canvas.beginPath()
                trace_path(element.attrib["d"], outline)
                _paint(canvas, outline, style)
            case "text":
                _draw_text(canvas, element, style)


def _shift(element: ET.Element) -> tuple[float, float]:
    transform = element.get("transform", "translate(0 0)")
    x, y = transform.removeprefix("translate(").removesuffix(")").split()
    return float(x), float(y)


def _draw_rectangle(
    canvas: Any, element: ET.Element, style: Style, stops: list[ET.Element]
) -> None:
    x, y, width, height, radius = (
        float(element.get(key, "0")) for key in ("x", "y", "width", "height", "rx")
    )
    outline = canvas.beginPath()
    if radius := min(radius, width / 2, height / 2):
        outline.roundRect(x, y, width, height, radius)
    else:
        outline.rect(x, y, width, height)
    if style["fill"].startswith("url("):
        colors = [HexColor(stop.attrib["stop-color"]) for stop in stops]
        offsets = [float(stop.attrib["offset"]) for stop in stops]
        canvas.saveState()
        canvas.clipPath(outline, stroke=0)
        canvas.linearGradient(x, 0, x + width, 0, colors, offsets)
        canvas.restoreState()
        style = {**style, "fill": "none"}
    _paint(canvas, outline, style)


def _paint(canvas: Any, outline: Any, style: Style) -> None:
    filled, stroked = style["fill"] != "none", style["stroke"] != "none"
    if filled:
        canvas.setFillColor(HexColor(style["fill"]))
    if stroked:
        canvas.setStrokeColor(HexColor(style["stroke"]))
        canvas.setLineWidth(float(style["stroke-width"]))
        canvas.setDash([float(length) for length in style["stroke-dasharray"].split()])
    canvas.drawPath(outline, stroked, filled, FILL_NON_ZERO)


def _draw_text(canvas: Any, element: ET.Element, style: Style) -> None:
    text = (element.text or "").strip()
    if not text:
        return
    font, size = pdfmetrics.getFont(_font_name(style)), float(style["font-size"])
    shown = "".join(letter if ord(letter) in font.face.charToGlyph else _UNKNOWN for letter in text)
    before = _ANCHORS[style["text-anchor"]] * font.stringWidth(shown, size)
    canvas.setFont(font.fontName, size)
    canvas.setFillColor(HexColor(style["fill"]))
    if shown != text:
        # What is copied from the page is the name all the same.
        letters = (b"\xfe\xff" + text.encode("utf-16-be")).hex()
        canvas.addLiteral(f"/Span <</ActualText <{letters}>>> BDC")
    canvas.drawString(float(element.get("x", "0")) - before, float(element.get("y", "0")), shown)
    if shown != text:
        canvas.addLiteral("EMC")


def _font_name(style: Style) -> str:
    if "mono" in style["font-family"].lower():
        return fonts.MONO.stem
    return (fonts.SANS_BOLD if float(style["font-weight"]) >= _BOLD else fonts.SANS).stem
