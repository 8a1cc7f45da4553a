"""Sharing a view: pictures of exactly what the page shows, links, bookmarks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from graphscope.graph import Graph
from tests.browser.conftest import Visit, wait_for, wait_until_drawn
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


def address(page: Page) -> str:
    fragment: str = page.evaluate("location.hash")
    return fragment


def settle(page: Page, condition: str) -> None:
    wait_for(page, condition)


def test_back_and_forward_go_through_views(page: Page) -> None:
    page.evaluate("graphscope.select('flatten')")
    settle(page, "location.hash.includes('select=flatten')")
    page.wait_for_timeout(900)  # steps that follow each other faster are one
    page.get_by_role("radio", name="FLOPs").click()
    settle(page, "location.hash.includes('overlay=flops')")
    page.go_back()
    expect(page.get_by_role("radio", name="Type")).to_be_checked()
    settle(page, "location.hash.includes('select=flatten') && !location.hash.includes('overlay')")
    page.go_forward()
    expect(page.get_by_role("radio", name="FLOPs")).to_be_checked()


def test_a_link_carries_the_whole_view(
    visit: Visit, page: Page, digits: Graph, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("graphscope.expand('encoder')")
    page.evaluate("graphscope.select('encoder/pool')")
    page.get_by_role("radio", name="Parameters").click()
    page.get_by_role("button", name="Left to right").click()
    settle(page, "location.hash.includes('direction=right')")
    page.keyboard.press("+")
    page.keyboard.press("y")
    expect(page.get_by_role("status").filter(has_text="Link copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "theme=light" in link and "lang=en" in link and "at=" in link
    camera = re.findall(r"at=[^&]+", link)[0]
    settle(page, f"location.hash.includes('{camera}')")
    box = page.evaluate("graphscope.boxOf('encoder/pool')")
    other = visit(digits, fragment="#" + link.partition("#")[2])
    expect(other.get_by_role("radio", name="Parameters")).to_be_checked()
    expect(other.get_by_role("button", name="Top to bottom")).to_be_visible()
    expect(other.get_by_role("article", name="Layer: pool")).to_be_visible()
    settle(other, f"Math.abs(graphscope.boxOf('encoder/pool').width - {box['width']}) < 0.5")
    there = other.evaluate("graphscope.boxOf('encoder/pool')")
    assert [there[side] for side in "xy"] == pytest.approx([box["x"], box["y"]], abs=2)


def test_reloading_keeps_the_view(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")
    page.keyboard.press("+")
    settle(page, "location.hash.includes('at=') && location.hash.includes('open=')")
    box = page.evaluate("graphscope.boxOf('head/dense')")
    page.reload()
    wait_until_drawn(page)
    settle(page, f"Math.abs(graphscope.boxOf('head/dense').width - {box['width']}) < 0.5")


def test_a_link_to_another_version_says_so(visit: Visit, digits: Graph) -> None:
    page = visit(digits, fragment="#scopes=abc123.Bw")
    told = page.get_by_role("status").filter(has_text="another version of the model")
    expect(told).to_be_visible()


def test_bookmarks_are_kept_shown_by_key_and_forgotten(page: Page) -> None:
    page.evaluate("graphscope.expand('head')")
    page.evaluate("graphscope.select('head/dense')")
    page.keyboard.press("b")
    card = page.get_by_role("dialog", name="Share")
    expect(card.get_by_label("Name of the view")).to_be_focused()
    expect(card.get_by_label("Name of the view")).to_have_value("dense")
    page.keyboard.press("Enter")
    expect(card.get_by_text("Saved as dense.")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate("graphscope.collapseAll()")
    wait_for(page, "graphscope.boxOf('head/dense') === null")
    page.keyboard.press("1")
    wait_for(page, "graphscope.boxOf('head/dense') !== null")
    expect(page.get_by_role("article", name="Layer: dense")).to_be_visible()
    page.reload()
    wait_until_drawn(page)
    card = open_card(page)
    card.get_by_role("button", name="Show the view dense").click()
    card.get_by_role("button", name="Forget the view dense").click()
    expect(card.get_by_text("No views are kept yet.")).to_be_visible()


def test_bookmarks_travel_in_a_file(page: Page, tmp_path: Path) -> None:
    card = open_card(page)
    card.get_by_label("Name of the view").fill("whole")
    card.get_by_role("button", name="Save view").click()
    with page.expect_download() as saving:
        card.get_by_role("button", name="Export bookmarks").click()
    assert saving.value.suggested_filename == "digits.bookmarks.json"
    path = tmp_path / "digits.bookmarks.json"
    saving.value.save_as(path)
    card.get_by_role("button", name="Forget the view whole").click()
    card.get_by_label("Import bookmarks").set_input_files(path)
    expect(card.get_by_text("Imported 1 bookmark.")).to_be_visible()
    expect(card.get_by_role("button", name="Show the view whole")).to_be_visible()
    path.write_text("{}")
    card.get_by_label("Import bookmarks").set_input_files(path)
    expect(card.get_by_text("This file holds no bookmarks.")).to_be_visible()


def test_panes_are_part_of_the_view(visit: Visit, page: Page, digits: Graph) -> None:
    page.get_by_role("button", name="Split view").click()
    settle(page, "location.hash.includes('panes=split')")
    other = visit(digits, fragment=address(page))
    expect(other.locator("#split")).to_be_visible()
    page.go_back()
    expect(page.locator("#split")).to_be_hidden()
