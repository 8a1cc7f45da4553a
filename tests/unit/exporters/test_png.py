"""PNG: the SVG as pixels."""

from __future__ import annotations

import struct

from graphscope.exporters.png import pixel_size, rasterize
from graphscope.graph import Graph
from tests.unit.exporters.conftest import Export
from tests.unit.exporters.hostile import NAMES, hostile_graph


def header(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_size_is_twice_that_of_the_drawing(model: Graph, export: Export) -> None:
    assert header(export(model, "png")) == pixel_size(export(model, "svg").decode())


def test_huge_drawings_stay_printable() -> None:
    width, height = pixel_size('<svg width="277mm" height="9mm" viewBox="0 0 900000 30000">')
    assert width * height <= 64_100_000
    assert 29 < width / height < 31


def test_letters_are_drawn_with_the_shipped_fonts() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="10mm" viewBox="0 0 160 40">'
        '<text x="5" y="30" font-size="30" font-family="{}">graph</text></svg>'
    )
    inter = rasterize(svg.format("Inter"))
    assert inter != rasterize(svg.format("'JetBrains Mono'"))
    assert inter != rasterize(svg.format("Inter").replace("graph", ""))


def test_themes_differ(model: Graph, export: Export) -> None:
    assert export(model, "png", theme="light") != export(model, "png", theme="dark")


def test_any_name_can_be_drawn(export: Export) -> None:
    for name in ("surrogate", "control", "ideographs", "emoji", "combining", "close_text"):
        header(export(hostile_graph(NAMES[name]), "png"))
