"""The inspector as its user meets it, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from graphscope.graph import Graph
from tests.browser.conftest import Visit, wait_for, wait_until_drawn
from tests.support.graphs import graph

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def digits() -> Graph:
    return graph(
        """
        image=Input[B,28,28,1]
        image -> encoder/conv:Conv2D(kernel[3,3,1,32])[B,26,26,32]{"kernel_size": [3, 3]}
        encoder/conv -> encoder/pool:MaxPooling2D[B,13,13,32] -> flatten:Flatten[B,5408]
        flatten -> head/dense:Dense(kernel[5408,10], bias[10])[B,10]{"units": 10, "seed": null}
        head/dense -> head/softmax:Softmax[B,10]
        """,
        name="digits",
        producer="keras 3.15.1",
    )


@pytest.fixture
def page(visit: Visit, digits: Graph) -> Page:
    return visit(digits)


def row(page: Page, name: str) -> object:
    return page.get_by_role("tree").get_by_role("treeitem", name=re.compile(rf"^{name}\b"))


def card(page: Page, name: str) -> object:
    return page.get_by_role("article", name=name)


def test_the_page_opens_with_picture_outline_and_summary(page: Page) -> None:
    expect(page).to_have_title("digits · graphscope")
    assert "token" not in page.url
    assert page.evaluate("[graphscope.nodes, graphscope.edges]") == [6, 5]
    assert page.evaluate("performance.getEntriesByName('graphscope:drawn').length") == 1
    expect(row(page, "encoder")).to_be_visible()
    summary = card(page, "Model: digits")
    expect(summary).to_contain_text("keras 3.15.1")
    expect(summary).to_contain_text("54,378")
    expect(summary).to_contain_text("They agree")


def test_a_scope_opens_in_the_picture_by_a_double_click(page: Page) -> None:
    assert page.evaluate("graphscope.boxOf('encoder/conv')") is None
    box = page.evaluate("graphscope.boxOf('encoder')")
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_for(page, "graphscope.boxOf('encoder/conv')")
    assert page.evaluate("performance.getEntriesByName('graphscope:expand').length") >= 1


def test_the_outline_opens_by_keyboard(page: Page) -> None:
    row(page, "encoder").click()
    page.keyboard.press("ArrowRight")
    expect(row(page, "conv")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(row(page, "conv")).to_be_hidden()


def test_selecting_in_the_outline_shows_details(page: Page) -> None:
    row(page, "flatten").click()
    details = card(page, "Layer: flatten")
    expect(details).to_be_visible()
    expect(details).to_contain_text("Intermediate")
    expect(details.get_by_role("button", name="head/dense")).to_be_visible()


def test_details_tell_weights_and_settings(page: Page) -> None:
    page.evaluate("graphscope.select('head/dense')")
    details = card(page, "Layer: dense")
    expect(details.get_by_role("row", name="kernel 5408×10 float32 54,080")).to_be_visible()
    expect(details).to_contain_text("units")
    expect(details.get_by_text("seed")).to_be_hidden()
    details.get_by_text("All settings").click()
    expect(details.get_by_text("seed")).to_be_visible()


def test_links_in_the_details_select(page: Page) -> None:
    card(page, "Model: digits").get_by_role("button", name="conv", exact=True).click()
    details = card(page, "Layer: conv")
    expect(details).to_be_visible()
    expect(row(page, "conv")).to_have_attribute("aria-selected", "true")
    details.get_by_role("navigation").get_by_role("button", name="encoder").click()
    expect(card(page, "Layer: encoder")).to_be_visible()
    details = card(page, "Layer: encoder")
    details.get_by_role("navigation").get_by_role("button", name="digits").click()
    expect(card(page, "Model: digits")).to_be_visible()


def test_search_finds_and_selects(page: Page) -> None:
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search nodes")
    expect(box).to_be_focused()
    box.fill("soft")
    expect(page.get_by_role("option", name=re.compile("softmax"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(card(page, "Layer: softmax")).to_be_visible()
    assert page.evaluate("performance.getEntriesByName('graphscope:search').length") >= 1


def test_overlays_change_the_legend(page: Page) -> None:
    legend = page.get_by_role("region", name="Legend")
    for overlay, words in [
        ("Parameters", "Parameters"),
        ("FLOPs", "FLOPs"),
        ("Output bytes", "Output bytes"),
    ]:
        page.get_by_role("radio", name=overlay).click()
        expect(page.get_by_role("radio", name=overlay)).to_be_checked()
        expect(legend).to_contain_text(words)


def test_the_view_is_saved_as_svg(page: Page, tmp_path: Path) -> None:
    page.evaluate("graphscope.expandAll()")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Share").click()
        page.get_by_role("button", name="Export", exact=True).click()
    assert saving.value.suggested_filename == "digits.svg"
    path = tmp_path / "digits.svg"
    saving.value.save_as(path)
    texts = {text.strip() for text in ElementTree.parse(path).getroot().itertext()}
    assert {"image", "encoder", "conv", "flatten", "dense", "softmax"} <= texts


def test_dark_theme_and_back(page: Page) -> None:
    light = page.evaluate("getComputedStyle(document.querySelector('#details')).backgroundColor")
    page.get_by_role("button", name="Theme and language").click()
    page.get_by_role("radio", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate("getComputedStyle(document.querySelector('#details')).backgroundColor")
    assert _brightness(dark) < 60
    assert _brightness(light) > 200


def _brightness(color: str) -> float:
    channels = [int(number) for number in re.findall(r"\d+", color)[:3]]
    return sum(channels) / 3


def test_reloading_keeps_the_visitor_in(page: Page) -> None:
    page.reload()
    wait_until_drawn(page)
    expect(card(page, "Model: digits")).to_be_visible()


def test_the_selection_stands_in_the_address(visit: Visit, digits: Graph) -> None:
    page = visit(digits, fragment="#select=encoder/pool")
    expect(card(page, "Layer: pool")).to_be_visible()


def test_no_plotting_library_is_loaded(page: Page) -> None:
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert any("dash_renderer" in name for name in names)
    assert not any("plotly" in name for name in names)


def test_a_graph_of_one_node(visit: Visit) -> None:
    page = visit(graph("x=Input[B,4]"))
    expect(card(page, "Model: model")).to_be_visible()
