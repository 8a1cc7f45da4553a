"""The comparison of two models as its user meets it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from graphscope.app.comparing import ComparingInspector
from graphscope.graph import Graph
from tests.browser.conftest import wait_for, watch
from tests.support.graphs import graph

pytestmark = pytest.mark.browser

BEFORE = """
x=Input[B,8] -> enc/a:Dense(kernel[8,4])[B,4]{"units": 4}
enc/a -> enc/old:Dropout[B,4]{"rate": 0.5}
enc/old -> mid/one:Dense(kernel[4,4])[B,4]{"units": 4} -> mid/two:ReLU[B,4]
mid/two -> head:Dense(kernel[4,2], bias[2])[B,2]{"units": 2}
"""
AFTER = """
x=Input[B,8] -> enc/fresh:LayerNormalization(gamma[8])[B,8]{"epsilon": 0.1}
enc/fresh -> enc/a:Dense(kernel[8,4])[B,4]{"units": 4}
enc/a -> mid/one:Dense(kernel[4,4])[B,4]{"units": 4} -> mid/two:ReLU[B,4]
mid/two -> head:Dense(kernel[4,3], bias[3])[B,3]{"units": 3}
"""

Names = tuple[str, str]
NAMES = ("old.keras", "new.keras")
Compare = Callable[..., Page]


def drawn(text: str) -> Graph:
    return graph(text, name="net", format="trace", backend="tensorflow")


@pytest.fixture
def compare(context: BrowserContext) -> Iterator[Compare]:
    """Serve two graphs and open their comparison; at the end nothing may have gone wrong."""
    faults: list[str] = []
    with ExitStack() as servers:

        def open_page(
            before: str = BEFORE, after: str = AFTER, fragment: str = "", names: Names = NAMES
        ) -> Page:
            graphs = drawn(before), drawn(after)
            inspector = servers.enter_context(ComparingInspector(*graphs, labels=names))
            page = watch(context.new_page(), faults)
            page.goto(inspector.url + fragment)
            wait_for(page, "window.graphscope?.ready === true")
            return page

        yield open_page
        for page in context.pages:
            page.close()
    assert faults == []


@pytest.fixture
def page(compare: Compare) -> Page:
    return compare()


def changes(page: Page) -> Any:
    return page.get_by_role("list", name="List of changes")


def change(page: Page, name: str) -> Any:
    return changes(page).get_by_role("button", name=name)


def selected(page: Page, view: str) -> str | None:
    """Return the id that is selected in a view: `merged`, `before` or `after`."""
    found: str | None = page.evaluate(
        """(view) => {
            const { arrangement } = graphscope;
            const sides = arrangement.twins?.sides ?? [];
            const [before, after] = sides.map((side) => side.view);
            const views = { merged: arrangement.merged, before, after };
            const { now } = views[view].state;
            return now.selected < 0 ? null : now.doc.id(now.selected);
        }""",
        view,
    )
    return found


def side(page: Page, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True)


def beside(page: Page) -> None:
    page.get_by_role("radio", name="Side by side").click()
    wait_for(page, "graphscope.arrangement.twins !== null")


def test_the_page_names_the_models_and_tells_their_totals(page: Page) -> None:
    expect(page).to_have_title("old.keras → new.keras · graphscope")
    table = page.get_by_role("table").first
    expect(table).to_contain_text("58")
    expect(table).to_contain_text("+13")
    expect(page.get_by_label("Legend")).to_contain_text("Removed")


def test_the_list_tells_every_change_with_its_facts(page: Page) -> None:
    expect(change(page, "Added enc/fresh")).to_be_visible()
    expect(change(page, "Removed enc/old")).to_be_visible()
    change(page, "Changed head").click()
    expect(changes(page)).to_contain_text("4×2 float32")
    assert selected(page, "merged") == "head"


def test_changes_are_stepped_through_by_keys(page: Page) -> None:
    seen = []
    for _ in range(4):
        page.keyboard.press("n")
        seen.append(page.evaluate("graphscope.store.now.change"))
    assert seen[0] == 0
    assert seen == sorted(seen)
    page.keyboard.press("p")
    assert page.evaluate("graphscope.store.now.change") == seen[-2]
    expect(page.get_by_text(re.compile(r"^\d of \d$"))).to_be_visible()


def test_kinds_of_changes_can_be_left_out(page: Page) -> None:
    button = page.get_by_role("group", name="Kinds of changes").get_by_title("Removed")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(change(page, "Removed enc/old")).to_have_count(0)
    expect(change(page, "Added enc/fresh")).to_be_visible()


def test_what_is_selected_in_the_graph_is_shown_in_the_list(page: Page) -> None:
    page.evaluate(
        """() => {
            const { merged } = graphscope.arrangement;
            return merged.controller.reveal(merged.state.doc.indexOf('enc/old'));
        }"""
    )
    expect(change(page, "Removed enc/old")).to_have_attribute("aria-current", "true")


def test_side_by_side_one_selection_is_in_both(page: Page) -> None:
    beside(page)
    expect(side(page, "Before")).to_be_visible()
    expect(side(page, "Merged graph")).to_be_hidden()
    change(page, "Changed head").click()
    wait_for(page, "graphscope.arrangement.twins.sides.every((s) => s.view.state.now.selected > 0)")
    assert (selected(page, "before"), selected(page, "after")) == ("head", "head")


def test_side_by_side_a_removed_call_is_in_one_only(page: Page) -> None:
    beside(page)
    change(page, "Removed enc/old").click()
    wait_for(page, "graphscope.arrangement.twins.sides[0].view.state.now.selected > 0")
    assert selected(page, "before") == "enc/old"
    assert selected(page, "after") is None


def test_side_by_side_scopes_open_and_close_together(page: Page) -> None:
    beside(page)
    page.evaluate(
        """() => {
            const { sides } = graphscope.arrangement.twins;
            graphscope.arrangement.twins.leader = sides[0].view;
            return sides[0].view.controller.collapse(sides[0].view.state.doc.indexOf('mid'));
        }"""
    )
    is_open = (
        "graphscope.arrangement.twins.sides[1].view.state.now.open"
        ".has(graphscope.arrangement.twins.sides[1].view.state.doc.indexOf('mid'))"
    )
    wait_for(page, f"!{is_open}")
    page.evaluate(
        """() => {
            const { view } = graphscope.arrangement.twins.sides[0];
            return view.controller.expand(view.state.doc.indexOf('mid'));
        }"""
    )
    wait_for(page, is_open)


def test_side_by_side_both_zoom_and_move_together(page: Page) -> None:
    beside(page)
    change(page, "Changed head").click()
    box = side(page, "Before").get_by_role("application").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -240)
    views = "graphscope.arrangement.twins.sides.map((s) => s.view)"
    wait_for(page, f"{views}[0].stage.camera.scale === {views}[1].stage.camera.scale")
    page.mouse.wheel(0, 400)
    wait_for(
        page,
        f"{views}[0].stage.camera.scale < 1"
        f" && {views}[0].stage.camera.scale === {views}[1].stage.camera.scale",
    )
    places = (
        f"{views}.map((v) => v.stage.boxOnPage(v.state.doc.indexOf('head')).y"
        " - v.canvas.getBoundingClientRect().y)"
    )
    wait_for(page, f"Math.abs({places}[0] - {places}[1]) < 2")


def test_the_arrangement_is_in_the_address(compare: Compare) -> None:
    page = compare(fragment="#view=beside")
    wait_for(page, "graphscope.arrangement.twins !== null")
    expect(side(page, "After")).to_be_visible()
    page.get_by_role("radio", name="Merged").click()
    expect(side(page, "Merged graph")).to_be_visible()
    assert "beside" not in page.url


def test_the_merged_graph_is_saved_as_svg(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export SVG").click()
    path = tmp_path / "diff.svg"
    waiting.value.save_as(path)
    text = ElementTree.tostring(ElementTree.parse(path).getroot(), encoding="unicode")
    assert ">Added<" in text
    assert ">−<" in text


def test_equal_models_are_told_to_be_equal(compare: Compare) -> None:
    page = compare(BEFORE, BEFORE)
    expect(changes(page)).to_contain_text("The models do not differ.")


def test_names_of_a_stranger_are_text(compare: Compare) -> None:
    page = compare(names=("<img src=x>", "<script>alert(1)</script>"))
    expect(page.get_by_role("banner")).to_contain_text("<img src=x>")
    assert page.evaluate("document.querySelectorAll('main img, .versions *:not(span)').length") == 0


def test_the_page_is_dark_where_the_system_is(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_narrow_window_has_the_list_below(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 900})
    graph_box = page.get_by_role("main").bounding_box()
    list_box = page.get_by_role("region", name="Changes", exact=True).bounding_box()
    assert graph_box["y"] + graph_box["height"] <= list_box["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 800
