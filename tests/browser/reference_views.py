"""Ten views of the page, light and dark, for reviewers to look at; nothing compares their pixels.

Run `python -m tests.browser.reference_views FOLDER`. A console error ends it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from graphscope.app import Inspector
from graphscope.app.comparing import ComparingInspector
from graphscope.app.origin import Origin
from graphscope.graph import Graph
from graphscope.resources import sample_models_dir
from graphscope.session import as_graph
from tests.bench.page_bench import build
from tests.browser.conftest import find_chromium, wait_for, watch

SIZE = {"width": 1440, "height": 900}


@dataclass(frozen=True, slots=True)
class View:
    """What is opened, and what a user does until the picture is taken."""

    serve: Callable[[], AbstractContextManager[Any]]
    steps: Callable[[Page], None] | None = None
    fragment: str = ""
    has_details: bool = True


@cache
def sample(name: str) -> Graph:
    return as_graph(f"sample:{name}")


def inspect(name: str) -> Callable[[], Inspector]:
    return lambda: Inspector(sample(name), origin=Origin(is_live=True))


EDITS = (
    ("(32, 64, 128, 256)", "(32, 64, 96, 256)"),
    ('for step in ("a", "b"):', 'for step in ("a", "b", "c"):'),
)
"""What another version of the U-Net has instead."""


def compare() -> ComparingInspector:
    """Return the U-Net beside a version of it that somebody edited."""
    program = (sample_models_dir() / "unet.py").read_text(encoding="utf-8")
    for before, after in EDITS:
        assert before in program, before
        program = program.replace(before, after)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "edited_unet.py"
        path.write_text(program, encoding="utf-8")
        edited = as_graph(f"{path}:make_model")
    return ComparingInspector(sample("unet"), edited, labels=("main", "edited"))


def search(page: Page, query: str) -> None:
    page.get_by_role("combobox", name="Search nodes").fill(query)


def find(page: Page) -> None:
    search(page, "op:matmul params>1k")
    page.keyboard.press("Enter")


def trace(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")
    page.evaluate("graphscope.select('down2_b_conv')")
    page.keyboard.press("Shift+U")
    page.keyboard.press("f")


def split(page: Page) -> None:
    page.keyboard.press("s")
    page.get_by_role("region", name="Source").wait_for()
    page.evaluate("graphscope.select('block_0/attention')")


def table(page: Page) -> None:
    page.evaluate("graphscope.select('block_0/attention')")
    page.keyboard.press("t")


def overview(page: Page) -> None:
    page.evaluate("graphscope.expandAll()")
    page.keyboard.press("f")


def palette(page: Page) -> None:
    page.keyboard.press("Control+k")


def share(page: Page) -> None:
    page.get_by_role("button", name="Share").click()


VIEWS = {
    "start": View(inspect("mnist_cnn")),
    "block": View(inspect("tiny_gpt"), fragment="#open=block_0/attention&select=block_0/attention"),
    "overlay": View(inspect("unet"), fragment="#overlay=flops&direction=right&open=down"),
    "search": View(inspect("tiny_gpt"), find),
    "trace": View(inspect("unet"), trace),
    "split": View(inspect("tiny_gpt"), split),
    "table": View(inspect("tiny_gpt"), table),
    "compare": View(compare, has_details=False),
    "chinese": View(inspect("moe"), palette, "#lang=zh"),
    "overview": View(lambda: Inspector(build(20_000)), overview),
    "share": View(inspect("unet"), share, "#overlay=live_bytes"),
}


def take(browser: Browser, view: View, theme: str, path: Path) -> None:
    """Open a view as a new visitor and take its picture."""
    faults: list[str] = []
    context = browser.new_context(viewport=SIZE, color_scheme=theme, reduced_motion="reduce")
    with view.serve() as server:
        page = watch(context.new_page(), faults)
        page.goto(server.url + view.fragment)
        wait_for(page, "window.graphscope?.ready === true")
        if view.has_details:
            page.locator("#details .gs-panel").wait_for()
        if view.steps is not None:
            view.steps(page)
        path.write_bytes(picture_at_rest(page))
        context.close()
    assert faults == [], faults


def picture_at_rest(page: Page) -> bytes:
    """Return the picture once two in a row are the same."""
    before, now = b"", page.screenshot()
    while now != before:
        before, now = now, page.screenshot()
    return now


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_chromium())
        for name, view in VIEWS.items():
            for theme in ("light", "dark"):
                take(browser, view, theme, folder / f"{name}-{theme}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
