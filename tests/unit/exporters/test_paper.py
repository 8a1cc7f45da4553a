"""The style for print, sizes in millimetres, fonts inside, and Graphviz' layouts."""

from __future__ import annotations

import re
import shutil
from xml.etree import ElementTree as ET

import pytest

from graphscope.errors import ExportError
from graphscope.exporters.dot_layout import render_source
from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_document
from graphscope.exporters.view import View
from graphscope.graph import Graph
from tests.unit.exporters.conftest import Export

needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is missing")


def test_print_is_grey_and_carries_its_fonts(model: Graph, export: Export) -> None:
    svg = export(model, "svg", style="paper", overlay="parameters").decode()
    for color in set(re.findall(r'"#([0-9a-f]{6})"', svg)):
        channels = [int(color[at : at + 2], 16) for at in (0, 2, 4)]
        assert max(channels) - min(channels) <= 4, color
    assert svg.count("@font-face") == 3
    style = ET.fromstring(svg).find("{http://www.w3.org/2000/svg}style")
    assert style is not None and "url(data:font/woff2;base64," in (style.text or "")


def test_fonts_are_a_choice(model: Graph, export: Export) -> None:
    assert b"@font-face" not in export(model, "svg", style="paper", fonts=False)
    assert b"@font-face" in export(model, "svg", fonts=True)
    assert b"@font-face" not in export(model, "svg")


def test_png_and_pdf_are_drawn_in_print(model: Graph, export: Export) -> None:
    assert export(model, "png", style="paper") != export(model, "png")
    assert export(model, "pdf", style="paper") != export(model, "pdf")


@pytest.mark.parametrize("width", [30.0, 85.0, 170.0])
def test_the_width_in_millimetres(model: Graph, export: Export, width: float) -> None:
    root = ET.fromstring(export(model, "svg", width=width))
    assert root.attrib["width"] == f"{width:g}mm"


def test_caption_and_legend_are_choices(model: Graph, export: Export) -> None:
    bare = export(model, "svg", caption=False, legend=False).decode()
    texts = [e.text for e in ET.fromstring(bare).iter() if "}text" in e.tag]
    assert "tiny" not in texts and "matmul" not in texts


@pytest.mark.parametrize("width", [0.0, 9.0, 6_000.0, float("nan")])
def test_impossible_widths(width: float) -> None:
    with pytest.raises(ExportError, match=r"width is .* mm\. Give 10 to 5,000 mm"):
        ExportOptions(width=width)


def test_a_view_shows_a_part_and_fades_the_rest(model: Graph) -> None:
    document = make_drawing(model)
    count = len(document["items"]["id"])
    everything = View(items=tuple(range(count)))
    whole = draw_document(document, ExportOptions(), everything)
    part = View(items=everything.items, region=(0.0, 0.0, 120.0, 80.0))
    assert len(draw_document(document, ExportOptions(), part)) < len(whole)
    faded = View(items=everything.items, kept=(1,) + (0,) * (count - 1))
    assert draw_document(document, ExportOptions(), faded).count("#11141b") < whole.count("#11141b")


@needs_graphviz
def test_graphviz_lays_out(model: Graph, export: Export) -> None:
    svg = ET.fromstring(export(model, "svg", engine="dot", depth=9, style="paper", width=85))
    assert len([group for group in svg.iter() if group.get("class") == "node"]) == 9
    assert float(svg.attrib["width"].removesuffix("pt")) == pytest.approx(85 / 25.4 * 72, abs=4)
    assert export(model, "png", engine="dot").startswith(b"\x89PNG")
    assert export(model, "pdf", engine="dot").startswith(b"%PDF")


@needs_graphviz
def test_graphviz_refuses() -> None:
    with pytest.raises(ExportError, match="Graphviz could not draw the picture"):
        render_source("digraph {", "svg")


def test_graphviz_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ExportError, match=r"no program `dot`\. Install it"):
        render_source("digraph {}", "svg")
