"""A browser that notices everything that goes wrong in the page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from graphscope.app import Inspector
from graphscope.graph import Graph

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = [
    "--no-sandbox",  # a container's root user has no other choice
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_LOCAL = ("127.0.0.1", "localhost")
_PATIENCE = 20_000  # milliseconds

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_chromium())
        yield browser
        browser.close()


def find_chromium() -> dict[str, Any]:
    """Return the arguments that start the machine's own Chromium."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    assert path, "These tests drive Chromium: apt-get install chromium (make test does it)."
    return {"executable_path": path, "args": _FLAGS}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    context.set_default_timeout(_PATIENCE)
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """Serve a graph and open it: `page = visit(graph)`.

    At the end of the test nothing may have gone wrong: no console error, no uncaught exception,
    no failed request, no violation of the security policy, no request that leaves the machine.
    """
    faults: list[str] = []
    with ExitStack() as servers:

        def open_page(graph: Graph, *, fragment: str = "", **options: Any) -> Page:
            inspector = servers.enter_context(Inspector(graph, **options))
            page = watch(context.new_page(), faults)
            page.goto(inspector.url + fragment)
            wait_until_drawn(page)
            return page

        yield open_page
        for page in context.pages:
            page.close()
    assert faults == []


@pytest.fixture
def visit_runs(context: BrowserContext, tmp_path: Path) -> Iterator[Visit]:
    """Serve a folder of runs and open the live page: `page = visit_runs(folder)`.

    Nothing may have gone wrong at the end, as with `visit`.
    """
    from graphscope.app.live.page import LivePage
    from graphscope.app.live.sources import Source

    faults: list[str] = []
    with ExitStack() as servers:

        def open_page(root: Path, *, fragment: str = "") -> Page:
            source = Source(root, tmp_path / "index.db")
            live = servers.enter_context(LivePage([source]))
            page = watch(context.new_page(), faults)
            page.goto(live.url + fragment)
            wait_for(page, "window.graphscope?.live.now.live")
            return page

        yield open_page
        for page in context.pages:
            page.close()
    assert faults == []


def wait_until_drawn(page: Page) -> None:
    """Wait for the first picture and for Dash's panel; either may be first."""
    wait_for(page, "window.graphscope?.ready === true")
    page.locator("#details .gs-panel").wait_for()


def wait_for(page: Page, condition: str) -> None:
    """Wait for a JavaScript expression to be true.

    Playwright's own `wait_for_function` needs `eval`, which our policy forbids.
    """
    page.evaluate(
        f"""async () => {{
            const end = performance.now() + {_PATIENCE};
            while (!({condition})) {{
                if (performance.now() > end) throw new Error('This did not become true.');
                await new Promise((resolve) => setTimeout(resolve, 10));
            }}
        }}"""
    )


def watch(page: Page, faults: list[str]) -> Page:
    """Write down what goes wrong in a page."""

    def note_request(request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname not in _LOCAL:
            faults.append(f"request to {request.url}")

    def note_console(message: Any) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"console {message.type}: {message.text}")

    def note_response(response: Any) -> None:
        if response.status >= 400:
            faults.append(f"{response.status} for {response.url}")

    page.on("request", note_request)
    page.on("console", note_console)
    page.on("pageerror", lambda error: faults.append(f"uncaught: {error}"))
    page.on("requestfailed", lambda request: _note_failure(request, faults))
    page.on("response", note_response)
    return page


def _note_failure(request: Any, faults: list[str]) -> None:
    # Whatever is under way when a page closes or moves on is aborted; that is no fault.
    if request.failure != "net::ERR_ABORTED":
        faults.append(f"failed: {request.url} ({request.failure})")
