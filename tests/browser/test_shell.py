"""The shell around the graph: commands, keys, theme and language, as a user reaches them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from graphscope.graph import Graph
from tests.browser.conftest import Visit, wait_for, wait_until_drawn
from tests.support.graphs import graph

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def digits() -> Graph:
    return graph(
        """
        image=Input[B,28,28,1] -> encoder/conv:Conv2D(kernel[3,3,1,32])[B,26,26,32]
        encoder/conv -> encoder/pool:MaxPooling2D[B,13,13,32] -> head:Dense[B,10]
        """,
        name="digits",
    )


@pytest.fixture
def page(visit: Visit, digits: Graph) -> Page:
    return visit(digits)


@pytest.fixture
def locale() -> str:
    return "en-GB"


@pytest.fixture
def context(browser: Browser, locale: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme="light", locale=locale
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Commands")


def theme_of(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.theme"))


# ---- commands ----


def test_a_command_is_found_by_typing_and_run(page: Page) -> None:
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find a command")
    expect(field).to_be_focused()
    field.fill("expall")
    expect(page.get_by_role("option", name=re.compile("^Expand all"))).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    expect(palette(page)).to_be_hidden()
    wait_for(page, "graphscope.boxOf('encoder/conv')")


def test_the_palette_opens_from_a_field_too_and_gives_the_focus_back(page: Page) -> None:
    page.keyboard.press("/")
    search = page.get_by_role("combobox", name="Search nodes")
    expect(search).to_be_focused()
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = palette(page).get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(palette(page)).to_be_hidden()
    expect(search).to_be_focused()


def test_the_palette_says_when_nothing_fits(page: Page) -> None:
    page.get_by_role("button", name="Commands").click()
    page.get_by_role("combobox", name="Find a command").fill("qqqq")
    expect(palette(page)).to_contain_text("There is no such command.")
    page.mouse.click(20, 400)  # beside it
    expect(palette(page)).to_be_hidden()


def test_what_was_used_last_stands_first(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find a command").fill("collapse")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+k")
    first = palette(page).get_by_role("option").first
    expect(first).to_contain_text("Collapse all")


def test_the_sheet_lists_every_key_that_works(page: Page) -> None:
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard and mouse")
    expect(sheet).to_be_visible()
    for what, keys in [("Fit to window", "F"), ("Expand all", "Shift E"), ("Commands", "Ctrl K")]:
        row = sheet.locator("dl > div", has=page.get_by_text(what, exact=True))
        expect(row.locator("dd")).to_have_text(keys)
    expect(sheet).to_contain_text("double-click")
    page.keyboard.press("e")  # commands wait while a dialog is open
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_buttons_tell_their_keys(page: Page) -> None:
    expect(page.get_by_role("button", name="Expand all")).to_have_attribute(
        "title", "Expand all  (Shift+E)"
    )
    expect(page.get_by_role("button", name="Zoom in")).to_have_attribute("title", "Zoom in  (+)")


# ---- theme ----


def test_the_theme_follows_the_system_until_one_is_chosen(page: Page) -> None:
    assert theme_of(page) == "light"
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Theme and language").click()
    page.get_by_role("radio", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.reload()
    wait_until_drawn(page)
    assert theme_of(page) == "light"  # remembered, though the system is dark
    page.get_by_role("button", name="Theme and language").click()
    expect(page.get_by_role("radio", name="Light")).to_be_checked()
    page.get_by_role("radio", name="Light").press("ArrowLeft")
    expect(page.get_by_role("radio", name="System")).to_be_checked()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_key_turns_the_light_on_and_off(page: Page) -> None:
    page.keyboard.press("d")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("d")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


# ---- language ----


def test_the_language_is_chosen_and_remembered_and_the_view_stays(page: Page) -> None:
    page.evaluate("graphscope.select('encoder/conv')")
    expect(page.get_by_role("article", name="Layer: conv")).to_be_visible()
    wait_for(page, "location.hash.includes('select')")
    page.get_by_role("button", name="Theme and language").click()
    page.get_by_role("radio", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    wait_until_drawn(page)
    expect(page.get_by_role("article", name="层: conv")).to_be_visible()
    expect(page.get_by_role("button", name="全部展开")).to_be_visible()
    expect(page.get_by_role("tree", name="大纲")).to_be_visible()
    page.reload()
    wait_until_drawn(page)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="查找命令").fill("english")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    wait_until_drawn(page)
    expect(page.get_by_role("article", name="Layer: conv")).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_a_chinese_browser_gets_a_chinese_page(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("article", name="模型: digits")).to_contain_text("参数量")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘与鼠标")).to_contain_text("适应窗口")
    # Names of the model are nobody's to translate.
    expect(page.get_by_role("treeitem", name=re.compile("^encoder"))).to_be_attached()


@pytest.mark.parametrize("locale", ["fr-FR"])
def test_others_get_english(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_address_chooses_too(visit: Visit, digits: Graph) -> None:
    page = visit(digits, fragment="#lang=zh&theme=dark")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


# ---- layout ----


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("width", [1440, 1280, 1100, 961, 800, 640])
def test_nothing_in_the_header_overlaps_or_leaves_the_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    boxes = page.evaluate(_HEADER)
    assert boxes, "the header is empty"
    for left, right in pairwise(boxes):
        assert left["right"] <= right["left"] + 0.5, f"{left['name']} lies over {right['name']}"
    assert boxes[-1]["right"] <= width
    assert all(box["height"] <= 52 for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


_HEADER = """[...document.querySelector('.header').children]
    .filter((part) => part.getClientRects().length > 0 && part.offsetWidth > 0)
    .map((part) => {
        const { left, right, height } = part.getBoundingClientRect();
        return { left, right, height, name: part.id || part.className };
    })"""
