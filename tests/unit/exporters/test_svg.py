"""SVG: the page's drawing code without a browser."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest

from graphscope.errors import ExportError
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_svg
from graphscope.graph import Graph
from tests.support.graphs import graph
from tests.unit.exporters.conftest import Export
from tests.unit.exporters.hostile import NAMES, hostile_graph

ELEMENTS = {"svg", "g", "rect", "path", "text", "title", "defs", "linearGradient", "stop"}


def texts(svg: str | bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter() if "}text" in element.tag]


def test_texts_are_text(model: Graph, export: Export) -> None:
    found = texts(export(model, "svg", depth=2))
    assert found[0] == "tiny"
    assert {"encoder", "attention", "query", "scores", "softmax", "Input · B×8"} <= set(found)


def test_same_graph_gives_same_bytes(model: Graph, export: Export) -> None:
    assert export(model, "svg") == export(model, "svg")


def test_depth_opens_levels(model: Graph, export: Export) -> None:
    closed, one, all_open = (set(texts(export(model, "svg", depth=depth))) for depth in (0, 1, 9))
    assert "attention" not in closed
    assert "attention" in one and "query" not in one
    assert "query" in all_open


def test_open_names_scopes(model: Graph, export: Export) -> None:
    found = texts(export(model, "svg", depth=0, open=("encoder/norm",)))
    assert "mean" in found and "query" not in found and "softmax" not in found


@pytest.mark.parametrize(
    ("theme", "canvas"), [("light", r"#f[0-9a-f]f[0-9a-f]f[0-9a-f]"), ("dark", r"#[01].[01].[01].")]
)
def test_theme_chooses_colours(theme: str, canvas: str, model: Graph, export: Export) -> None:
    background = ET.fromstring(export(model, "svg", theme=theme))[1]
    assert re.fullmatch(canvas, background.attrib["fill"])


def test_legend_explains_the_overlay(model: Graph, export: Export) -> None:
    assert "matmul" in texts(export(model, "svg"))
    told = texts(export(model, "svg", overlay="parameters"))
    assert any(text.startswith("Parameters") for text in told)
    silent = texts(export(model, "svg", overlay="parameters", legend=False))
    assert not any(text.startswith("Parameters") for text in silent)


def test_direction_turns_the_picture(export: Export) -> None:
    chain = graph("a -> b -> c -> d -> e -> f")
    down, right = (_size(export(chain, "svg", direction=way)) for way in ("down", "right"))
    assert down[1] > down[0] and right[0] > right[1]


def test_tall_pictures_wrap_and_fit_on_a_page(export: Export) -> None:
    chain = graph(" -> ".join(f"step_{i}" for i in range(120)))
    width, height = _size(export(chain, "svg"))
    assert 1 / 3.5 < width / height < 3.5
    assert max(width, height) <= 277 and min(width, height) <= 190


def _size(svg: bytes) -> tuple[float, float]:
    root = ET.fromstring(svg)
    return tuple(float(root.attrib[side].removesuffix("mm")) for side in ("width", "height"))  # type: ignore[return-value]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_stay_text(name: str, export: Export) -> None:
    root = ET.fromstring(export(hostile_graph(name), "svg", depth=3))
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in ELEMENTS
        assert not [key for key in element.attrib if key.startswith("on") or "href" in key]


@pytest.mark.parametrize("name", ["script", "entity", "dot_html", "ideographs", "template"])
def test_names_are_shown_letter_for_letter(name: str, export: Export) -> None:
    titles = [e.text or "" for e in ET.fromstring(export(hostile_graph(NAMES[name]), "svg")).iter()]
    assert any(NAMES[name] in title for title in titles)


def test_unknown_scope_gets_a_suggestion(model: Graph) -> None:
    with pytest.raises(ExportError, match=r"no scope 'encoder/atention'\. .*encoder/attention"):
        draw_svg(model, ExportOptions(open=("encoder/atention",)))


def test_a_node_cannot_be_opened(model: Graph) -> None:
    with pytest.raises(ExportError, match="'encoder/norm/sub' is a single node"):
        draw_svg(model, ExportOptions(open=("encoder/norm/sub",)))


def test_unknown_overlay_names_the_known(model: Graph) -> None:
    with pytest.raises(ExportError, match=r"overlay 'heat' is unknown\. Known: type, parameters"):
        draw_svg(model, ExportOptions(overlay="heat"))


def test_threads_draw_at_the_same_time(model: Graph) -> None:
    with ThreadPoolExecutor(4) as pool:
        drawn = set(pool.map(lambda _: draw_svg(model, ExportOptions()), range(8)))
    assert len(drawn) == 1


def test_empty_graph_is_a_picture(export: Export) -> None:
    assert texts(export(graph(""), "svg"))[0] == "model"
