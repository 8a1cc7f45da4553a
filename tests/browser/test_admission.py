"""Who gets in: one link, one browser; and the frame of a notebook."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from graphscope.app import Inspector
from tests.browser.conftest import wait_until_drawn
from tests.support.graphs import graph

pytestmark = pytest.mark.browser

GRAPH = graph("x=Input[B,4] -> dense:Dense(kernel[4,4])[B,4]")


def test_a_link_opens_in_one_browser_only(browser: Browser, context: BrowserContext) -> None:
    with Inspector(GRAPH) as inspector:
        page = context.new_page()
        page.goto(inspector.url)
        wait_until_drawn(page)
        other = browser.new_context()
        stranger = other.new_page()
        assert stranger.goto(inspector.address.origin).status == 401
        expect(stranger.get_by_role("heading")).to_have_text("This inspector needs its key")
        assert stranger.goto(inspector.url).status == 401
        expect(stranger.get_by_role("heading")).to_have_text("This link was used before")
        stranger.goto(inspector.new_url())
        wait_until_drawn(stranger)
        other.close()


def test_two_inspectors_share_a_browser(context: BrowserContext) -> None:
    with Inspector(GRAPH) as one, Inspector(GRAPH) as two:
        pages = []
        for inspector in (one, two):
            pages.append(context.new_page())
            pages[-1].goto(inspector.url)
        for page in pages:
            page.reload()
            wait_until_drawn(page)


@pytest.fixture
def notebook() -> Iterator[ThreadingHTTPServer]:
    """A page at another port, as a notebook is, that shows what `body` holds."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = server.body.encode()  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_notebook_on_this_machine_shows_the_page_in_its_frame(
    name: str, context: BrowserContext, notebook: ThreadingHTTPServer
) -> None:
    origin = f"http://{name}:{notebook.server_port}"
    with Inspector(GRAPH, embedders=[origin]) as inspector:
        notebook.body = inspector._repr_html_()  # type: ignore[attr-defined]
        page = context.new_page()
        page.goto(origin)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("article", name="Model: model")).to_be_visible()


def test_no_other_page_may_frame_it(context: BrowserContext, notebook: ThreadingHTTPServer) -> None:
    with Inspector(GRAPH) as inspector:
        notebook.body = inspector._repr_html_()  # type: ignore[attr-defined]
        page = context.new_page()
        refusals: list[str] = []
        page.on("console", lambda message: refusals.append(message.text))
        page.goto(f"http://127.0.0.1:{notebook.server_port}")
        page.wait_for_event("console") if not refusals else None
        assert "frame" in refusals[0].lower()
        assert page.frames[-1].url.startswith("chrome-error:")
