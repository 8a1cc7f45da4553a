"""Sharing a view: pictures of exactly what the page shows, links, bookmarks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from graphscope.graph import Graph
from tests.browser.conftest import Visit, wait_for
from tests.support.graphs import graph

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def digits() -> Graph:
    return graph(
        """
        image=Input[B,28,28,1]
        image -> encoder/conv:Conv2D(kernel[3,3,1,32])[B,26,26,32]
        encoder/conv -> encoder/pool:MaxPooling2D[B,13,13,32] -> flatten:Flatten[B,5408]
        flatten -> head/dense:Dense(kernel[5408,10], bias[10])[B,10]
        head/dense -> head/softmax:Softmax[B,10]
        """,
        name="digits",
        producer="keras 3.15.1",
    )


@pytest.fixture
def page(visit: Visit, digits: Graph) -> Page:
    return visit(digits)


def open_card(page: Page) -> Locator:
    page.get_by_role("button", name="Share", exact=True).click()
    card = page.get_by_role("dialog", name="Share")
    expect(card).to_be_visible()
    return card


def export(page: Page, card: Locator, form: str) -> bytes:
    card.get_by_label("Format").select_option(form)
    with page.expect_download() as saving:
        card.get_by_role("button", name="Export", exact=True).click()
    assert saving.value.suggested_filename == f"digits.{form}"
    expect(card.get_by_role("status")).to_contain_text(f"Saved digits.{form}")
    return Path(saving.value.path()).read_bytes()


def words(svg: bytes) -> set[str]:
    return {text.strip() for text in ElementTree.fromstring(svg).itertext()}


def test_every_format_shows_the_view(page: Page) -> None:
    page.evaluate("graphscope.expand('encoder')")
    card = open_card(page)
    shown = words(export(page, card, "svg"))
    assert {"conv", "pool", "head"} <= shown and "softmax" not in shown
    assert export(page, card, "png").startswith(b"\x89PNG")
    assert export(page, card, "pdf").startswith(b"%PDF")
    assert rb"\begin{tikzpicture}" in export(page, card, "tex")
    assert b"subgraph cluster_" in export(page, card, "dot")
    chart = export(page, card, "mmd").decode()
    assert "conv<br/>Conv2D" in chart and "softmax" not in chart
    assert json.loads(export(page, card, "me.json"))["label"] == "digits"
    assert json.loads(export(page, card, "json"))["name"] == "digits"


def test_print_is_grey_as_wide_as_asked_and_without_a_legend(page: Page) -> None:
    card = open_card(page)
    card.get_by_role("radio", name="Paper").click()
    card.get_by_label("Legend").uncheck()
    card.get_by_label("Width").fill("85")
    svg = export(page, card, "svg")
    assert b'width="85mm"' in svg
    assert b"@font-face" in svg
    assert "matmul" not in words(svg)
    for color in set(re.findall(rb'"#([0-9a-f]{6})"', svg)):
        assert len({color[at : at + 2] for at in (0, 2, 4)}) == 1


def test_the_visible_part_alone(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")
    page.evaluate("graphscope.select('head/softmax')")
    for _ in range(8):
        page.keyboard.press("+")
    card = open_card(page)
    whole = words(export(page, card, "svg"))
    card.get_by_role("radio", name="Visible part").click()
    part = words(export(page, card, "svg"))
    assert "image" in whole and len(part) < len(whole)


def test_what_fades_on_the_page_fades_in_the_picture(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")
    card = open_card(page)
    strong = export(page, card, "svg").count(b"#11141b")
    page.keyboard.press("Escape")
    page.evaluate("graphscope.select('head/dense')")
    page.keyboard.press("u")
    card = open_card(page)
    assert export(page, card, "svg").count(b"#11141b") < strong
    assert export(page, card, "pdf").startswith(b"%PDF")


def test_a_wrong_width_is_told(page: Page) -> None:
    card = open_card(page)
    card.get_by_label("Width").fill("3")
    card.get_by_role("button", name="Export", exact=True).click()
    expect(card.get_by_role("status")).to_have_text("Give a width of 10 to 5000 mm.")
    expect(card.get_by_label("Width")).to_be_focused()


def test_the_overlay_of_the_page_is_in_every_picture(page: Page) -> None:
    page.get_by_role("radio", name="Parameters").click()
    card = open_card(page)
    assert any(text.startswith("Parameters") for text in words(export(page, card, "svg")))
    page.keyboard.press("Escape")
    wait_for(page, "document.getElementById('share-popover').hidden")
