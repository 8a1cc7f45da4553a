"""The inspector in one file, opened from the disk and in the cell of a notebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

import graphscope
from graphscope.app.offline import InlinePage, export
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph
from tests.browser.conftest import wait_for, wait_until_drawn, watch
from tests.support.graphs import graph

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


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
def open_file(context: BrowserContext, tmp_path: Path) -> Iterator[Open]:
    """Export a graph and open the file: nothing but the file itself may be asked for."""
    faults: list[str] = []

    def open_page(shown: Graph, *, fragment: str = "", **options: Any) -> Page:
        path = tmp_path / "model.html"
        export(shown, path, ExportOptions(**options))
        page = watch_file(context.new_page(), path.as_uri(), faults)
        page.goto(path.as_uri() + fragment)
        wait_until_drawn(page)
        return page

    yield open_page
    for page in context.pages:
        page.close()
    assert faults == []


def watch_file(page: Page, address: str, faults: list[str]) -> Page:
    """Write down what goes wrong, and every request beside the one for the file itself."""
    noticed: list[str] = []
    watch(page, noticed)
    itself = f"request to {address}"

    def keep() -> None:
        faults.extend(fault for fault in noticed if fault.partition("#")[0] != itself)

    page.on("close", lambda _: keep())
    return page


def row(page: Page | Frame, name: str) -> Any:
    return page.get_by_role("tree").get_by_role("treeitem", name=re.compile(rf"^{name}\b"))


def card(page: Page | Frame, name: str) -> Any:
    return page.get_by_role("article", name=name)


def test_a_file_opens_from_the_disk(open_file: Open, digits: Graph) -> None:
    page = open_file(digits)
    expect(page).to_have_title("digits · graphscope")
    assert page.evaluate("[graphscope.nodes, graphscope.edges]") == [6, 5]
    summary = card(page, "Model: digits")
    expect(summary).to_contain_text("keras 3.15.1")
    expect(summary).to_contain_text("54,378")
    assert page.evaluate("document.fonts.check('600 12px Inter')")


def test_cards_follow_the_selection_and_their_links_select(open_file: Open, digits: Graph) -> None:
    page = open_file(digits)
    row(page, "encoder").click()
    page.keyboard.press("ArrowRight")
    row(page, "conv").click()
    conv = card(page, "Layer: conv")
    expect(conv).to_contain_text("kernel_size")
    expect(conv).to_contain_text("B×26×26×32")
    conv.get_by_role("button", name="image").first.click()
    expect(card(page, "Input: image")).to_be_visible()


def test_scopes_open_by_the_worker_of_the_file(open_file: Open, digits: Graph) -> None:
    page = open_file(digits)
    assert page.evaluate("graphscope.boxOf('encoder/conv')") is None
    page.get_by_role("button", name="Expand all").click()
    wait_for(page, "graphscope.boxOf('encoder/conv') !== null")


def test_the_first_view_and_reloading(open_file: Open, digits: Graph) -> None:
    page = open_file(digits, overlay="parameters", theme="dark", direction="right", depth=1)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.get_by_role("button", name="Top to bottom")).to_be_visible()
    assert page.evaluate("graphscope.boxOf('encoder/conv') !== null")
    row(page, "flatten").click()
    expect(page).to_have_url(re.compile("select=flatten"))
    page.reload()
    wait_until_drawn(page)
    expect(card(page, "Layer: flatten")).to_be_visible()


def test_cards_speak_the_language_of_the_page(open_file: Open, digits: Graph) -> None:
    page = open_file(digits, fragment="#lang=zh")
    expect(card(page, "模型: digits")).to_contain_text("参数")


def test_search_works_without_a_server(open_file: Open, digits: Graph) -> None:
    page = open_file(digits)
    page.keyboard.press("/")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    expect(card(page, "Layer: softmax")).to_be_visible()


def test_a_cell_of_a_notebook_shows_the_page(context: BrowserContext, digits: Graph) -> None:
    """In a sandboxed frame of a page with an address, as notebooks show HTML."""
    faults: list[str] = []
    page = watch(context.new_page(), faults)
    body = f"<!DOCTYPE html><title>notebook</title><div>{InlinePage(digits)._repr_html_()}</div>"
    page.route(
        "http://localhost/lab",
        lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"),
    )
    page.goto("http://localhost/lab")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("article", name="Model: digits")).to_be_visible()
    frame.get_by_role("treeitem", name=re.compile("^flatten")).click()
    expect(frame.get_by_role("article", name="Layer: flatten")).to_be_visible()
    frame.get_by_role("link", name="Skip to the outline").focus()
    page.keyboard.press("Enter")
    expect(frame.get_by_role("tree")).to_be_visible()
    frame.get_by_role("button", name="Theme and language").click()
    expect(frame.get_by_role("radio", name="Dark")).to_be_visible()
    expect(frame.get_by_role("radio", name="中文")).to_be_hidden()
    frame.get_by_role("radio", name="Dark").click()
    assert page.url == "http://localhost/lab"
    assert faults == []


def test_a_viewer_that_forbids_workers_shows_the_page(browser: Browser, digits: Graph) -> None:
    """Viewers of notebooks have policies of their own; the layout then runs in the page."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    body = f"<!DOCTYPE html><title>viewer</title>{InlinePage(digits)._repr_html_()}"
    policy = "script-src 'unsafe-inline'; worker-src 'none'"
    page.route(
        "http://localhost/viewer",
        lambda route: route.fulfill(
            body=body,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": policy},
        ),
    )
    page.goto("http://localhost/viewer")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("article", name="Model: digits")).to_be_visible()
    expect(frame.locator("#skeleton")).to_be_hidden()
    assert errors == []
    context.close()


@pytest.fixture
def run_cells() -> Iterator[Callable[[str], dict[str, Any]]]:
    """Run cells in an IPython shell with a kernel; what a cell shows is returned by MIME type."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.kernel = object()  # what tells a notebook from a terminal

    def run(source: str) -> dict[str, Any]:
        result = shell.run_cell(source, silent=False)
        result.raise_error()
        shown: dict[str, Any] = shell.display_formatter.format(result.result)[0]
        return shown

    yield run
    InteractiveShell.clear_instance()


def test_cells_of_a_kernel_far_away_show_the_page(
    run_cells: Callable[[str], dict[str, Any]],
    context: BrowserContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.7 51000 10.0.0.8 22")
    model = "import graphscope; from tests.support.graphs import graph; g = graph('x -> d:Dense')"
    assert "image/svg+xml" in run_cells(f"{model}; g")
    shown = run_cells("graphscope.show(g)")
    assert "InlinePage of <Graph" in shown["text/plain"]
    page = context.new_page()
    page.set_content(f"<title>notebook</title>{shown['text/html']}")
    frame = page.frame_locator("iframe")
    frame.get_by_role("treeitem", name="d", exact=False).first.click()
    expect(frame.get_by_role("article")).to_be_visible()


def test_a_picture_is_saved_by_the_page_itself(
    open_file: Open, digits: Graph, tmp_path: Path
) -> None:
    page = open_file(digits)
    page.get_by_role("button", name="Share", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
    download.value.save_as(tmp_path / "picture.svg")
    assert "digits" in (tmp_path / "picture.svg").read_text(encoding="utf-8")


def test_both_views_stand_side_by_side(open_file: Open, digits: Graph) -> None:
    page = open_file(digits)
    page.get_by_role("button", name="Split view").click()
    expect(page.locator(".graph-view canvas")).to_be_visible()


def test_values_of_the_user_colour_the_file(
    context: BrowserContext, digits: Graph, tmp_path: Path
) -> None:
    path = tmp_path / "scores.html"
    scores = {"name": "Score", "values": {"encoder/conv": 0.5, "head/dense": 0.25}}
    graphscope.export(digits, path, overlays=[scores])
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.get_by_role("region", name="Legend")).to_contain_text("Score")
