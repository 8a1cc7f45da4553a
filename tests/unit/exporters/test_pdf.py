"""PDF: vectors and text, read back by a library that had no part in writing it."""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from graphscope.exporters.pdf.outline import trace_path
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
        descriptor = font.get_object()["/FontDescriptor"]
        assert descriptor["/FontFile2"].get_object().get_data()[:4] == b"\0\1\0\0"


def test_overlay_has_a_gradient(model: Graph, export: Export) -> None:
    plain, coloured = (
        read(export(model, "pdf", overlay=overlay)).pages[0]["/Resources"]
        for overlay in ("type", "parameters")
    )
    assert "/Shading" not in plain  # type: ignore[operator]
    assert len(coloured["/Shading"]) == 1  # type: ignore[index]


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


def test_letters_without_a_glyph_show_and_can_be_copied(export: Export) -> None:
    page = read(export(hostile_graph(NAMES["ideographs"]), "pdf")).pages[0]
    content = page.get_contents()
    assert content is not None
    # pypdf tells what shows; viewers copy the text that the content names besides.
    assert page.extract_text().startswith("???\n")
    assert NAMES["ideographs"].encode("utf-16-be").hex().encode() in content.get_data()


class Recorder:
    """A path that remembers what was drawn on it."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, *tuple[float, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *points: self.steps.append((name, *(round(n, 3) for n in points)))


@pytest.mark.parametrize(
    ("data", "steps"),
    [
        ("M1 2L3 4.5", [("moveTo", 1, 2), ("lineTo", 3, 4.5)]),
        ("M1 2H6V7Z", [("moveTo", 1, 2), ("lineTo", 6, 2), ("lineTo", 6, 7), ("close",)]),
        ("M1 1h7l-3.5 4.5", [("moveTo", 1, 1), ("lineTo", 8, 1), ("lineTo", 4.5, 5.5)]),
        ("M1 1v7l5 -3.5", [("moveTo", 1, 1), ("lineTo", 1, 8), ("lineTo", 6, 4.5)]),
        (
            "M0 0C1 2 3 4 5 6V7",
            [("moveTo", 0, 0), ("curveTo", 1, 2, 3, 4, 5, 6), ("lineTo", 5, 7)],
        ),
        ("M4 0A4 4 0 0 0 0 4", [("moveTo", 4, 0), ("curveTo", 1.791, 0, 0, 1.791, 0, 4)]),
        ("M4 0A4 4 0 0 1 8 4", [("moveTo", 4, 0), ("curveTo", 6.209, 0, 8, 1.791, 8, 4)]),
    ],
)
def test_outlines(data: str, steps: list[tuple[object, ...]]) -> None:
    path = Recorder()
    trace_path(data, path)
    assert path.steps == steps


def test_unknown_path_commands_are_refused() -> None:
    with pytest.raises(ValueError, match="'Q' is unknown"):
        trace_path("M0 0Q1 1 2 2", Recorder())
