"""PDF: vectors and text, read back by a library that had no part in writing it."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from graphscope.exporters import fonts
from graphscope.exporters.pdf.font import Font
from graphscope.exporters.pdf.outline import path_operators, rectangle_operators
from graphscope.graph import Graph
from tests.unit.exporters.conftest import Export
from tests.unit.exporters.hostile import NAMES, hostile_graph


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def test_page_holds_the_texts_of_the_picture(model: Graph, export: Export) -> None:
    page = read(export(model, "pdf", depth=2)).pages[0]
    lines = page.extract_text().splitlines()
    svg = ET.fromstring(export(model, "svg", depth=2))
    wanted = [e.text for e in svg.iter() if e.tag.endswith("}text")]
    assert sorted(" ".join(lines).split()) == sorted(" ".join(map(str, wanted)).split())


def test_page_is_as_large_as_the_picture(model: Graph, export: Export) -> None:
    box = read(export(model, "pdf")).pages[0].mediabox
    svg = ET.fromstring(export(model, "svg"))
    for side, points in (("width", box.width), ("height", box.height)):
        assert float(points) * 25.4 / 72 == pytest.approx(
            float(svg.attrib[side].removesuffix("mm")), abs=0.01
        )


def test_nothing_is_an_image_and_fonts_are_embedded(model: Graph, export: Export) -> None:
    page = read(export(model, "pdf")).pages[0]
    assert len(page.images) == 0
    for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert descriptor["/FontFile2"].get_object().get_data()[:4] == b"\0\1\0\0"


def test_overlay_has_a_gradient(model: Graph, export: Export) -> None:
    resources = read(export(model, "pdf", overlay="parameters")).pages[0]["/Resources"]
    assert list(resources["/Shading"]) == ["/ramp"]  # type: ignore[index]


def test_same_graph_gives_same_bytes(model: Graph, export: Export) -> None:
    assert export(model, "pdf") == export(model, "pdf")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_stay_text(name: str, export: Export) -> None:
    reader = read(export(hostile_graph(name), "pdf", depth=3))
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    if name == NAMES["ideographs"]:
        assert reader.metadata.title == name
    assert not {"/AA", "/OpenAction", "/Names"} & set(reader.trailer["/Root"])  # type: ignore[arg-type]


def test_letters_without_a_glyph_can_be_copied(export: Export) -> None:
    content = read(export(hostile_graph(NAMES["ideographs"]), "pdf")).pages[0].get_contents()
    assert content is not None
    assert NAMES["ideographs"].encode("utf-16-be").hex().encode() in content.get_data()


@pytest.mark.parametrize("path", fonts.ALL, ids=lambda path: path.stem)
def test_metrics_are_those_of_the_layout(path: object) -> None:
    font = Font(path)  # type: ignore[arg-type]
    assert len(font.glyphs) > 200
    assert font.encode("iii")[1] == pytest.approx(3 * font.encode("i")[1])
    assert font.encode("×…")[0].find("0000") < 0
    assert (font.encode("i")[1] == font.encode("W")[1]) == ("mono" in path.stem)  # type: ignore[attr-defined]


def test_outlines() -> None:
    assert path_operators("M1 2L3 4.5H6V7Z") == "1 2 m\n3 4.5 l\n6 4.5 l\n6 7 l\nh"
    assert path_operators("M1 1h7l-3.5 4.5Z") == "1 1 m\n8 1 l\n4.5 5.5 l\nh"
    assert path_operators("M0 0C1 2 3 4 5 6 7 8 9 10 11 12").count(" c") == 2
    assert path_operators("M4 0A4 4 0 0 0 0 4") == "4 0 m\n1.791 0 0 1.791 0 4 c"
    assert path_operators("M4 0A4 4 0 0 1 8 4") == "4 0 m\n6.209 0 8 1.791 8 4 c"
    assert rectangle_operators(1, 2, 3, 4, 0) == "1 2 3 4 re"
    assert rectangle_operators(0, 0, 10, 10, 2).count(" c") == 4
    with pytest.raises(ValueError, match="'Q' is unknown"):
        path_operators("M0 0Q1 1 2 2")
