"""Asking, filtering, tracing and picking edges, as a user does it in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from graphscope.graph import Graph
from tests.browser.conftest import Visit
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
        flatten -> probe:Dense(kernel[5408,2])[B,2]
        """,
        name="digits",
    )


@pytest.fixture
def page(visit: Visit, digits: Graph) -> Page:
    return visit(digits)


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search nodes")


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name)


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Search results").get_by_role("option")


def box_of(page: Page, id_: str) -> dict[str, Any]:
    box: dict[str, Any] = page.evaluate("(id) => graphscope.boxOf(id)", id_)
    return box


def colour_at(page: Page, x: float, y: float) -> list[int]:
    """Return red, green and blue of a point of the graph; both in CSS px of the page."""
    found: list[int] = page.evaluate(
        """([x, y]) => {
            const canvas = document.getElementById('canvas');
            const box = canvas.getBoundingClientRect();
            const ratio = canvas.width / box.width;
            const at = [(x - box.left) * ratio, (y - box.top) * ratio].map(Math.round);
            const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
            copy.drawImage(canvas, at[0], at[1], 1, 1, 0, 0, 1, 1);
            return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }""",
        [x, y],
    )
    return found


def bar_of(page: Page, id_: str) -> list[int]:
    """Return the colour of the bar at the left edge of a box."""
    box = box_of(page, id_)
    return colour_at(page, box["x"] + 2.5, box["y"] + box["height"] / 2)


def test_a_query_of_properties_steps_through_what_it_finds(page: Page) -> None:
    page.keyboard.press("/")
    field(page).fill("layer:dense in[-1]=5408")
    expect(options(page)).to_have_count(2)
    expect(page.locator(".search-told")).to_have_text("2 results")
    page.keyboard.press("Enter")
    expect(card(page, "Layer: dense")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(card(page, "Layer: probe")).to_be_visible()
    page.get_by_role("application").focus()
    page.keyboard.press("n")
    expect(card(page, "Layer: dense")).to_be_visible()
    page.keyboard.press("Shift+N")
    expect(card(page, "Layer: probe")).to_be_visible()


def test_the_help_explains_itself_by_examples(page: Page) -> None:
    page.keyboard.press("/")
    help_card = page.get_by_role("group", name="How to search")
    expect(help_card).to_be_visible()
    help_card.get_by_role("button", name="layer:Dense class of a layer").click()
    expect(field(page)).to_have_value("layer:Dense")
    expect(options(page)).to_have_count(2)
    page.get_by_role("button", name="Help", exact=True).click()
    expect(help_card).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_card).to_be_hidden()


def test_tab_completes_properties_and_their_values(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("lay")
    expect(options(page).first).to_contain_text("layer:")
    page.keyboard.press("Tab")
    expect(field(page)).to_have_value("layer:")
    expect(options(page).first).to_contain_text("Dense2 nodes")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("layer:Dense ")
    expect(page.locator(".search-told")).to_have_text("2 results")
    page.keyboard.press("Tab")
    expect(field(page)).not_to_be_focused()


def test_a_wrong_query_is_explained(page: Page) -> None:
    field(page).fill("layr:dense")
    expect(page.locator(".search-complaint")).to_contain_text('did you mean "layer"?')
    expect(page.locator("#announcer")).to_contain_text('There is no property "layr"')
    field(page).fill("layr:dense or lay")
    expect(options(page).first).to_contain_text("layer:")
    expect(page.locator(".search-complaint")).to_be_visible()
    field(page).fill("params>many ")
    expect(page.locator(".search-complaint")).to_contain_text("is not a number")


def test_the_filter_fades_what_was_not_found(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")
    before, other = bar_of(page, "probe"), bar_of(page, "flatten")
    page.keyboard.press("/")
    field(page).fill("name:probe")
    page.get_by_role("radio", name="Filter").click()
    expect(page.get_by_role("radio", name="Filter")).to_be_checked()
    page.keyboard.press("Escape")  # closes the panel and ends the search
    expect(field(page)).to_have_value("")
    field(page).fill("name:probe")
    page.evaluate("graphscope.fit()")
    assert bar_of(page, "probe") == before
    assert bar_of(page, "flatten") != other
    page.get_by_role("radio", name="Highlight").click()
    page.evaluate("graphscope.fit()")
    assert bar_of(page, "flatten") == other


def test_all_results_are_listed_below_the_graph(page: Page) -> None:
    field(page).fill("layer:*")
    page.get_by_role("button", name="List all").click()
    grid = page.get_by_role("grid", name="Search results")
    expect(grid.get_by_role("row")).to_have_count(9)
    expect(page.get_by_text("8 of 9 for layer:*")).to_be_visible()
    grid.get_by_role("row", name=re.compile("softmax")).click()
    expect(card(page, "Layer: softmax")).to_be_visible()
    grid.focus()
    page.keyboard.press("Home")
    expect(card(page, "Layer: encoder")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(card(page, "Layer: conv")).to_be_visible()


def test_tracing_upstream_and_downstream_over_closed_scopes(page: Page) -> None:
    page.evaluate("graphscope.select('flatten')")
    expect(card(page, "Layer: flatten")).to_be_visible()
    page.keyboard.press("u")
    trace = page.get_by_role("group", name="Trace")
    expect(trace.get_by_role("status")).to_have_text("3 nodes lead to flatten")
    page.keyboard.press("Shift+U")
    expect(trace.get_by_role("status")).to_have_text("3 nodes depend on flatten")
    trace.get_by_role("button", name="Upstream").click()
    expect(trace.get_by_role("status")).to_have_text("3 nodes lead to flatten")
    trace.get_by_role("button", name="Search in it").click()
    expect(field(page)).to_have_value('upstream:"flatten"')
    trace.get_by_role("button", name="Stop").click()
    expect(trace).to_be_hidden()


def test_a_click_on_an_edge_tells_its_tensor(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")
    above, below = box_of(page, "encoder/conv"), box_of(page, "encoder/pool")
    x = above["x"] + above["width"] / 2
    y = below["y"] - 5
    page.mouse.move(x, y)
    expect(page.get_by_role("tooltip")).to_contain_text("conv → pool")
    page.mouse.click(x, y)
    tensor = card(page, "Tensor: B×26×26×32")
    expect(tensor).to_contain_text("float32")
    expect(tensor).to_contain_text("84.5 KiB")
    tensor.get_by_role("button", name="encoder/pool").click()
    expect(card(page, "Layer: pool")).to_be_visible()


def test_the_keyboard_reaches_the_edges_of_a_node(page: Page) -> None:
    page.evaluate("graphscope.select('flatten')")
    page.get_by_role("application").focus()
    page.keyboard.press("x")
    expect(card(page, "Tensor: B×13×13×32")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text(re.compile("^Edge encoder → flatten"))
    page.keyboard.press("x")
    expect(card(page, "Tensor: B×5408")).to_contain_text("Consumers (2)")
    page.keyboard.press("Shift+X")
    expect(card(page, "Tensor: B×13×13×32")).to_be_visible()
    page.keyboard.press("z")
    expect(card(page, "Layer: flatten")).to_be_visible()
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    expect(card(page, "Model: digits")).to_be_visible()
