"""The PDF file: objects with numbers, and a table of where each begins."""

from __future__ import annotations

import zlib
from itertools import pairwise
from xml.etree import ElementTree as ET

from graphscope.exporters.pdf.font import Font
from graphscope.exporters.pdf.outline import number
from graphscope.exporters.pdf.page import Stops, color_operands, draw_page, hex_text

_POINTS_PER_MM = 72 / 25.4


def make_pdf(svg: str, *, title: str) -> bytes:
    """Return a PDF of one page, as large as the SVG picture, which `draw_svg` made."""
    root = ET.fromstring(svg)
    width, height = (_points(root.attrib[side]) for side in ("width", "height"))
    scale = width / float(root.attrib["viewBox"].split()[2])
    page = draw_page(root)
    # SVG counts downwards, PDF upwards.
    flip = f"{scale:.6f} 0 0 {-scale:.6f} 0 {number(height)} cm"
    content = "\n".join(["q", flip, *page.operators, "Q"])
    objects = _Objects()
    fonts = {name: _add_font(objects, font) for name, font in sorted(page.fonts.items())}
    shadings = {name: _shading(stops) for name, stops in sorted(page.gradients.items())}
    pages = objects.reserve()
    leaf = objects.add(
        f"<< /Type /Page /Parent {pages} 0 R /MediaBox [0 0 {number(width)} {number(height)}] "
        f"/Contents {objects.add_stream(content.encode('ascii'))} 0 R /Resources << "
        f"/Font << {_references(fonts)} >> /Shading << {_pairs(shadings)} >> >> >>"
    )
    objects.put(pages, f"<< /Type /Pages /Kids [{leaf} 0 R] /Count 1 >>")
    catalog = objects.add(f"<< /Type /Catalog /Pages {pages} 0 R >>")
    safe = title.encode("utf-8", "backslashreplace").decode()
    info = objects.add(f"<< /Title <{hex_text(safe)}> /Producer (graphscope) >>")
    return objects.write(catalog, info)


class _Objects:
    """The numbered objects of a file, counted from 1."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def reserve(self) -> int:
        self._bodies.append(b"")
        return len(self._bodies)

    def put(self, object_number: int, body: str) -> None:
        self._bodies[object_number - 1] = body.encode("ascii")

    def add(self, body: str) -> int:
        object_number = self.reserve()
        self.put(object_number, body)
        return object_number

    def add_stream(self, data: bytes, entries: str = "") -> int:
        packed = zlib.compress(data, 9)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode {entries} >>\nstream\n"
        self._bodies.append(head.encode("ascii") + packed + b"\nendstream")
        return len(self._bodies)

    def write(self, catalog: int, info: int) -> bytes:
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for object_number, body in enumerate(self._bodies, start=1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (object_number, body)
        table = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        for place in places:
            out += b"%010d 00000 n \n" % place
        size = len(places) + 1
        out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\n" % (size, catalog, info)
        out += b"startxref\n%d\n%%%%EOF\n" % table
        return bytes(out)


def _add_font(objects: _Objects, font: Font) -> int:
    """Embed a font, addressed by glyph; return the number of its object."""
    program = objects.add_stream(font.data, f"/Length1 {len(font.data)}")
    descriptor = objects.add(
        f"<< /Type /FontDescriptor /FontName /{font.name} /Flags 4 "
        f"/FontBBox [{' '.join(map(str, font.box))}] /ItalicAngle 0 /Ascent {font.ascent} "
        f"/Descent {font.descent} /CapHeight {font.ascent} /StemV 80 /FontFile2 {program} 0 R >>"
    )
    widths = " ".join(f"{glyph} [{font.widths[glyph]}]" for glyph in sorted(font.used))
    glyphs = objects.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{font.name} /CIDToGIDMap /Identity "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {descriptor} 0 R /W [{widths}] >>"
    )
    letters = objects.add_stream(_letters(font).encode("ascii"))
    return objects.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{font.name} /Encoding /Identity-H "
        f"/DescendantFonts [{glyphs} 0 R] /ToUnicode {letters} 0 R >>"
    )


def _letters(font: Font) -> str:
    """Return the table that leads from glyphs back to letters, for search and copying."""
    rows = [f"<{glyph:04X}> <{_utf16(letter)}>" for glyph, letter in sorted(font.used.items())]
    # A block of the table holds at most 100 rows.
    blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )


def _utf16(letter: str) -> str:
    return letter.encode("utf-16-be").hex().upper()


def _shading(stops: Stops) -> str:
    """Return the shading of a gradient from x = 0 to x = 1."""
    steps = [
        f"<< /FunctionType 2 /Domain [0 1] /N 1 /C0 [{color_operands(left)}] "
        f"/C1 [{color_operands(right)}] >>"
        for (_, left), (_, right) in pairwise(stops)
    ]
    bounds = " ".join(number(offset) for offset, _ in stops[1:-1])
    function = (
        f"<< /FunctionType 3 /Domain [0 1] /Functions [{' '.join(steps)}] /Bounds [{bounds}] "
        f"/Encode [{'0 1 ' * len(steps)}] >>"
    )
    return (
        "<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 1 0] /Extend [true true] "
        f"/Function {function} >>"
    )


def _references(objects: dict[str, int]) -> str:
    return " ".join(f"/{name} {object_number} 0 R" for name, object_number in objects.items())


def _pairs(objects: dict[str, str]) -> str:
    return " ".join(f"/{name} {body}" for name, body in objects.items())


def _points(length: str) -> float:
    return float(length.removesuffix("mm")) * _POINTS_PER_MM
