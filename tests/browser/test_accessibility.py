"""The page for everybody: names, roles, contrast, keyboard, screen reader, reduced motion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from graphscope.app.comparing import ComparingInspector
from graphscope.graph import Graph
from tests.browser.conftest import Visit, wait_for, watch
from tests.support.graphs import graph

pytestmark = pytest.mark.browser

_AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")


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


@pytest.fixture(params=["light", "dark"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme=request.param, reduced_motion="reduce"
    )
    yield context
    context.close()


@pytest.fixture
def page(visit: Visit, digits: Graph) -> Page:
    return visit(digits)


def audit(page: Page) -> list[str]:
    return list(page.evaluate(_AUDIT))


def _select(page: Page) -> None:
    page.evaluate("graphscope.select('head/dense')")
    expect(page.get_by_role("article", name="Layer: dense")).to_be_visible()


def _search(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("conv")
    page.locator("#search-results").get_by_role("option").first.wait_for()


def _open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Commands").wait_for()


def _open_sheet(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard and mouse").wait_for()


def _open_notes(page: Page) -> None:
    page.get_by_role("button", name="1 note").click()


def _open_appearance(page: Page) -> None:
    page.get_by_role("button", name="Theme and language").click()


def _open_share(page: Page) -> None:
    page.get_by_role("button", name="Share", exact=True).click()


def _open_dock(page: Page) -> None:
    page.keyboard.press("j")
    page.get_by_role("tablist", name="Panel below the graph").wait_for()


def _color_by_parameters(page: Page) -> None:
    page.keyboard.press("o")


def _open_a_scope(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")


_STATES: list[Callable[[Page], None]] = [
    _select,
    _search,
    _open_palette,
    _open_sheet,
    _open_notes,
    _open_appearance,
    _open_share,
    _open_dock,
    _color_by_parameters,
    _open_a_scope,
]


def _leave(page: Page) -> None:
    """Close what is open, and put the focus where no field takes the keys."""
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("#canvas").focus()


def test_names_roles_and_contrast_hold_in_every_state(page: Page) -> None:
    found = {"at first": audit(page)}
    for reach in _STATES:
        reach(page)
        found[reach.__name__] = audit(page)
        _leave(page)
    assert {state: faults for state, faults in found.items() if faults} == {}


def _split(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find a command").fill("split view")
    page.keyboard.press("Enter")
    page.get_by_role("application").nth(1).wait_for()


def test_names_roles_and_contrast_hold_side_by_side(page: Page) -> None:
    _split(page)
    assert audit(page) == []


def test_names_roles_and_contrast_hold_in_a_comparison(
    context: BrowserContext, digits: Graph
) -> None:
    other = graph(
        """
        image=Input[B,28,28,1] -> encoder/conv:Conv2D(kernel[5,5,1,32])[B,24,24,32]
        encoder/conv -> flatten:Flatten[B,18432] -> drop:Dropout[B,18432] -> head:Dense[B,10]
        """,
        name="other",
    )
    faults: list[str] = []
    with ComparingInspector(digits, other) as inspector:
        page = watch(context.new_page(), faults)
        page.goto(inspector.url)
        wait_for(page, "window.graphscope?.ready === true")
        for key in ("n", "s", "Control+k"):
            page.keyboard.press(key)
            assert audit(page) == [], key
        page.close()
    assert faults == []


def test_tab_reaches_everything_shows_where_it_is_and_ends(page: Page) -> None:
    seen: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUS)
        if at["name"] == "body" or (seen and at["name"] == seen[0]):
            break
        assert at["shows"], f"{at['name']} has the focus and does not show it"
        seen.append(at["name"])
    else:
        raise AssertionError(f"Tab never came round: {seen[-5:]}")
    for part in ("canvas", "search-input", "share-button", "palette-button", "keys-button"):
        assert part in seen
        assert seen.count(part) == 1


_FOCUS = """() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const rects = at.getBoundingClientRect();
    const label = at.id || at.getAttribute('aria-label') || `${at.className} ${at.textContent}`;
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
    const marked = outlined || style.boxShadow !== 'none';
    const inside = rects.width > 0 && rects.bottom > 0;
    return { name: at === document.body ? 'body' : label, shows: marked && inside };
}"""


def test_walking_on_the_canvas_is_told(page: Page) -> None:
    page.locator("#canvas").focus()
    told = page.locator("#announcer")
    page.keyboard.press("ArrowDown")
    expect(told).to_have_text("image, Input, B×28×28×1, 1 of 4 in digits")
    page.keyboard.press("ArrowDown")
    expect(told).to_have_text(re.compile("^encoder, .*closed, 2 nodes inside, 2 of 4 in digits$"))
    page.keyboard.press("Enter")
    expect(told).to_have_text(re.compile("open, 2 nodes inside"))
    wait_for(page, "graphscope.boxOf('encoder/conv')")
    page.keyboard.press("ArrowDown")
    expect(told).to_have_text("conv, Conv2D, B×26×26×32, 1 of 2 in encoder")


def test_the_outline_is_a_complete_tree(page: Page) -> None:
    tree = page.get_by_role("tree", name="Outline")
    root = tree.get_by_role("treeitem", name=re.compile("^digits"))
    expect(root).to_have_attribute("aria-level", "1")
    expect(root).to_have_attribute("aria-expanded", "true")
    encoder = tree.get_by_role("treeitem", name=re.compile("^encoder"))
    encoder.click()
    page.keyboard.press("*")  # opens all siblings
    for name, level, place in [("conv", "3", "1"), ("pool", "3", "2"), ("softmax", "3", "2")]:
        row = tree.get_by_role("treeitem", name=re.compile(f"^{name}"))
        expect(row).to_have_attribute("aria-level", level)
        expect(row).to_have_attribute("aria-posinset", place)
        expect(row).to_have_attribute("aria-setsize", "2")
    assert tree.locator("[tabindex='0'][role=treeitem]").count() == 1


def test_nothing_moves_for_who_wants_no_motion(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")
    wait_for(page, "graphscope.boxOf('encoder/conv')")
    assert page.evaluate("document.getAnimations().length") == 0
