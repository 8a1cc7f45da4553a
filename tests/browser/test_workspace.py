"""Several models in one page, files that are dropped, and a server that comes and goes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from graphscope.app import Inspector
from graphscope.app.broken_file import find_faults
from graphscope.errors import ReadError
from graphscope.graph import Graph, to_json
from graphscope.session import OpenOptions
from tests.browser.conftest import Visit, wait_for, wait_until_drawn, watch
from tests.support.graphs import graph

pytestmark = pytest.mark.browser

_DROP = """([name, text, size]) => {
    const data = new DataTransfer();
    const content = size ? new Uint8Array(size) : text;
    data.items.add(new File([content], name));
    const told = (kind) => document.body.dispatchEvent(
        new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    told('dragenter');
    told('dragover');
    told('drop');
}"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="module")
def digits() -> Graph:
    return graph("x -> encoder/conv:Conv2D -> encoder/relu; encoder/relu -> head:Dense", name="v1")


@pytest.fixture(scope="module")
def newer() -> Graph:
    return graph(
        """
        x -> encoder/conv:Conv2D -> encoder/relu -> encoder/drop:Dropout
        encoder/drop -> head:Dense
        """,
        name="v2",
    )


def knows_server(page: Page) -> None:
    wait_for(page, "document.documentElement.dataset.connection === 'connected'")


def drop(page: Page, name: str, text: str = "", size: int = 0) -> None:
    knows_server(page)
    page.evaluate(_DROP, [name, text, size])


def banner(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def tabs(page: Page) -> list[str]:
    return page.get_by_role("navigation", name="Models").get_by_role("link").all_inner_texts()


@pytest.fixture
def inspector(digits: Graph) -> Iterator[Inspector]:
    with Inspector(digits) as running:
        yield running


@pytest.fixture
def page(context: BrowserContext, inspector: Inspector) -> Iterator[Page]:
    faults: list[str] = []
    page = watch(context.new_page(), faults)
    page.goto(inspector.url)
    wait_until_drawn(page)
    yield page
    page.close()
    assert faults == []


# ---- several models ----


def test_one_model_needs_no_tabs(page: Page) -> None:
    knows_server(page)
    expect(page.get_by_role("navigation", name="Models")).to_be_hidden()


def test_a_model_that_is_opened_elsewhere_appears_as_a_tab(
    page: Page, inspector: Inspector, newer: Graph
) -> None:
    knows_server(page)
    inspector.add(newer)
    link = page.get_by_role("link", name="v2")
    link.click()
    wait_until_drawn(page)
    assert page.url.split("#")[0].endswith("/m/v2/")
    expect(page).to_have_title("v2 · graphscope")
    expect(page.get_by_role("link", name="v2")).to_have_attribute("aria-current", "page")


def test_details_of_a_further_model_come_from_its_own_server_part(
    page: Page, inspector: Inspector, newer: Graph
) -> None:
    page.goto(f"{inspector.address.origin}/m/{inspector.add(newer)}/")
    wait_until_drawn(page)
    page.get_by_role("treeitem", name=re.compile("head")).click()
    expect(page.locator("#details")).to_contain_text("Dense")


def test_a_model_is_closed_and_its_own_page_leads_to_the_first(
    page: Page, inspector: Inspector, newer: Graph
) -> None:
    page.goto(f"{inspector.address.origin}/m/{inspector.add(newer)}/")
    wait_until_drawn(page)
    page.get_by_role("button", name="Close v2").click()
    expect(page).to_have_title("v1 · graphscope")
    wait_until_drawn(page)


def test_the_keyboard_goes_through_the_models(
    page: Page, inspector: Inspector, newer: Graph
) -> None:
    knows_server(page)
    inspector.add(newer)
    expect(page.get_by_role("link", name="v2")).to_be_visible()
    page.keyboard.press("Shift+M")
    expect(page).to_have_title("v2 · graphscope")
    wait_until_drawn(page)


def test_two_models_are_compared_from_the_card(
    page: Page, inspector: Inspector, newer: Graph
) -> None:
    knows_server(page)
    inspector.add(newer)
    page.get_by_role("button", name="Open a model").click()
    page.get_by_role("dialog", name="Open a model").get_by_role("link", name="v2").click()
    page.wait_for_url(re.compile(r"/compare/v2\.\.v1/"))


# ---- files ----


def test_a_dropped_file_is_opened(page: Page, newer: Graph) -> None:
    drop(page, "mine.json", to_json(newer))
    page.wait_for_url(re.compile("/m/mine-json/"))
    wait_until_drawn(page)
    knows_server(page)
    expect(page.get_by_role("link", name="mine.json")).to_be_visible()
    assert tabs(page) == ["v1", "mine.json"]


def test_a_chosen_file_is_opened(page: Page, newer: Graph, tmp_path: Path) -> None:
    file = tmp_path / "chosen.json"
    file.write_text(to_json(newer))
    knows_server(page)
    page.on("filechooser", lambda chooser: chooser.set_files(file))
    page.keyboard.press("Shift+O")
    page.get_by_role("button", name="Choose files").click()
    page.wait_for_url(re.compile("/m/chosen-json/"))
    wait_until_drawn(page)


def test_a_broken_file_is_told_and_the_graph_stays(page: Page) -> None:
    drop(page, "broken.keras", "no archive")
    banner(page, "broken.keras")
    assert tabs(page) == []
    page.get_by_role("status").get_by_role("button", name="Close").click()
    expect(page.get_by_role("status").filter(has_text="broken.keras")).to_be_hidden()


def test_a_file_above_the_limit_is_not_even_sent(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    drop(page, "big.keras", size=(64 << 20) + 1)
    banner(page, re.compile("at most 6[47].* graphscope show big.keras"))
    assert "POST" not in sent


def test_a_program_is_not_run(page: Page) -> None:
    drop(page, "net.py", "import os")
    banner(page, "graphscope show net.py:make_model")


def test_recent_files_are_opened_and_forgotten(
    visit: Visit, digits: Graph, newer: Graph, tmp_path: Path
) -> None:
    from graphscope.app.workspace.recent import RecentFiles

    for name in ("old.json", "new.json"):
        (tmp_path / name).write_text(to_json(newer))
        RecentFiles().add(tmp_path / name)
    page = visit(digits)
    knows_server(page)
    page.keyboard.press("Shift+O")
    card = page.get_by_role("dialog", name="Open a model")
    card.get_by_role("button", name="Forget old.json").click()
    expect(card.get_by_role("button", name=re.compile("old.json"))).to_have_count(0)
    card.get_by_role("button", name=re.compile("^new.json")).click()
    page.wait_for_url(re.compile("/m/new-json/"))
    wait_until_drawn(page)


# ---- watching ----


def test_a_changed_file_is_shown_with_the_view_of_before(
    page: Page, inspector: Inspector, digits: Graph, newer: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "net.json"
    file.write_text(to_json(digits))
    inspector.watch(str(file), OpenOptions(), files=[str(file)])
    knows_server(page)
    page.evaluate("graphscope.expand('encoder')")
    page.get_by_role("treeitem", name=re.compile("head")).click()
    file.write_text("{")
    banner(page, "The newest version cannot be shown")
    wait_for(page, "graphscope.boxOf('encoder/conv')")
    file.write_text(to_json(newer))
    expect(page).to_have_title("v2 · graphscope")
    wait_until_drawn(page)
    wait_for(page, "graphscope.boxOf('encoder/drop')")
    expect(page.get_by_role("treeitem", name=re.compile("head"))).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.get_by_role("status").filter(has_text="newest")).to_be_hidden()


def test_a_file_that_is_broken_at_first_shows_its_reason_until_it_is_mended(
    context: BrowserContext, newer: Graph, tmp_path: Path
) -> None:
    file, faults = tmp_path / "net.json", list[str]()
    file.write_text("{")
    error = ReadError("'net.json' ends in the middle.")
    found = find_faults(error, str(file))
    with Inspector(found.failure_graph.graph, findings=found) as inspector:
        page = watch(context.new_page(), faults)
        page.goto(inspector.url)
        wait_for(page, "window.graphscope?.ready === true")
        knows_server(page)
        expect(page.locator("#diagnosis-content .gs-headline")).to_contain_text(error.message)
        inspector.watch(str(file), OpenOptions(), files=[str(file)])
        file.write_text(to_json(newer))
        expect(page).to_have_title("v2 · graphscope")
        wait_until_drawn(page)
        expect(page.locator("#diagnosis-content")).to_have_count(0)
        page.close()
    assert faults == []


# ---- the connection ----

_SERVER = """
import sys
from graphscope.app import Inspector
from graphscope.graph import from_json
with Inspector(from_json(open(sys.argv[1]).read()), port=int(sys.argv[2])) as inspector:
    print(inspector.url, flush=True)
    inspector.wait()
"""


def serve(servers: ExitStack, file: Path, port: int) -> tuple[subprocess.Popen[str], str]:
    arguments = [sys.executable, "-c", _SERVER, str(file), str(port)]
    server = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    servers.callback(server.wait)
    servers.callback(server.kill)
    assert server.stdout is not None
    servers.callback(server.stdout.close)
    return server, server.stdout.readline().strip()


def free_port() -> int:
    from graphscope.app.address import LOOPBACK, bind

    listener, address = bind(LOOPBACK, None)
    listener.close()
    return address.port


def test_a_server_that_is_killed_and_started_again_finds_its_page_waiting(
    context: BrowserContext, digits: Graph, newer: Graph, tmp_path: Path
) -> None:
    file, port = tmp_path / "net.json", free_port()
    file.write_text(to_json(digits))
    with ExitStack() as servers:
        server, url = serve(servers, file, port)
        page = context.new_page()
        page.goto(url)
        wait_until_drawn(page)
        knows_server(page)
        server.send_signal(signal.SIGKILL)
        server.wait()
        banner(page, "The server does not answer")
        # The graph goes on without it.
        page.evaluate("graphscope.expand('encoder')")
        wait_for(page, "graphscope.boxOf('encoder/conv')")
        server, _ = serve(servers, file, port)
        knows_server(page)
        expect(page.get_by_role("status").filter(has_text="answer")).to_be_hidden()
        page.get_by_role("treeitem", name=re.compile("head")).click()
        expect(page.locator("#details")).to_contain_text("Dense")
        # A third server has another graph: the page shows that one, as open as the one before.
        server.send_signal(signal.SIGKILL)
        server.wait()
        file.write_text(to_json(newer))
        serve(servers, file, port)
        expect(page).to_have_title("v2 · graphscope")
        wait_until_drawn(page)
        wait_for(page, "graphscope.boxOf('encoder/drop')")
        page.close()


def test_a_server_with_another_key_asks_for_its_link(
    context: BrowserContext,
    digits: Graph,
    tmp_path: Path,
) -> None:
    file, port = tmp_path / "net.json", free_port()
    file.write_text(to_json(digits))
    with ExitStack() as servers:
        server, url = serve(servers, file, port)
        page = context.new_page()
        page.goto(url)
        wait_until_drawn(page)
        knows_server(page)
        server.send_signal(signal.SIGKILL)
        server.wait()
        (tmp_path / "state" / "graphscope" / "keys" / str(port)).unlink()
        _, url = serve(servers, file, port)
        banner(page, "The server was started anew")
        beside = context.new_page()
        beside.goto(url)
        wait_until_drawn(beside)
        page.bring_to_front()
        knows_server(page)
        page.close()
        beside.close()
