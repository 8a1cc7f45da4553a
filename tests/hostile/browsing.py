"""Every file that opens, shown in Chromium: the page, the page in one file, and the picture.

    python -m tests.hostile.browsing [OUT] [--manifest FILE] [--kind KIND] [--only ID]

One browser and one server are used for all. Nothing of a stranger may run, no request may leave
the machine, nothing may be reported on the console, and the server must live on.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Dialog, Error, Page, sync_playwright

from graphscope.app import Inspector
from graphscope.app.live.logs import make_sources
from graphscope.app.live.page import LivePage
from graphscope.app.offline import export as export_page
from graphscope.errors import GraphscopeError
from graphscope.exporters import svg
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph
from graphscope.session.files import find_reader
from graphscope.session.reading.apart import read_apart
from graphscope.session.run_logs import RunLog, find_log
from tests.browser.conftest import find_chromium, wait_for, watch
from tests.hostile.collection import make_collection
from tests.hostile.rows import Collection, Row, load_manifest
from tests.support.graphs import graph

_MOST_OPENED = 3_000
"""Nodes of a graph of which all scopes are opened and one node is selected."""
_PATIENCE = 60_000  # milliseconds

_FLAG_OF_ALL_FRAMES = """(flag) => {
  const all = [window];
  for (const each of all) for (let i = 0; i < each.length; i++) all.push(each[i]);
  return all.some((each) => { try { return flag in each; } catch { return false; } });
}"""


class Stage:
    """A server that shows one graph after the other, and the browser that looks at them."""

    def __init__(self, browser: Browser, flag: str) -> None:
        self._flag = flag
        self._stack = ExitStack()
        self._inspector = self._stack.enter_context(Inspector(graph("x -> y")))
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._context = browser.new_context(viewport={"width": 1280, "height": 800})
        self._context.set_default_timeout(_PATIENCE)
        self._stack.callback(self._context.close)
        self.look(self._inspector.url, lambda page: wait_for(page, "window.graphscope?.ready"))

    def close(self) -> None:
        """Stop the server and forget the browser's state."""
        self._stack.close()

    def find_faults(self, row: Row) -> Iterator[str]:
        """Show a file everywhere, if it opens, and tell what went wrong."""
        path = Path(os.fsdecode(row.path))
        try:
            log = find_log(str(path))
            if log is not None:
                yield from self._show_log(log)
                return
            shown = read_apart(path, find_reader(path))
        except (GraphscopeError, OSError):
            return
        yield from (f"page: {fault}" for fault in self._show_graph(shown, row.name))
        yield from self._show_files(shown)

    def _show_graph(self, shown: Graph, title: str) -> list[str]:
        key = self._inspector.add(shown, title=title)
        address = f"{self._inspector.address.origin}/m/{key}/"
        try:
            return self.look(address, lambda page: _use(page, shown))
        finally:
            self._inspector.workspace.close(key)

    def _show_files(self, shown: Graph) -> Iterator[str]:
        for suffix, export in {"html": export_page, "svg": svg.export}.items():
            path = self._folder / f"shown.{suffix}"
            export(shown, path, ExportOptions())
            act = _wait_until_ready if suffix == "html" else _do_nothing
            for fault in self.look(path.as_uri(), act):
                yield f"{suffix}: {fault}"

    def _show_log(self, log: RunLog) -> Iterator[str]:
        with LivePage(make_sources(log)) as live:

            def act(page: Page) -> None:
                wait_for(page, "window.graphscope?.live.now.live")

            for fault in self.look(live.url, act):
                yield f"live: {fault}"

    def look(self, address: str, act: Callable[[Page], None]) -> list[str]:
        """Open an address in a page of its own, do something, and tell what went wrong."""
        faults: list[str] = []

        def note_dialog(dialog: Dialog) -> None:
            faults.append("a dialog opened")
            dialog.dismiss()

        page = watch(self._context.new_page(), faults)
        page.on("dialog", note_dialog)
        try:
            page.goto(address)
            act(page)
            if page.evaluate(_FLAG_OF_ALL_FRAMES, self._flag):
                faults.append("A SCRIPT RAN: its flag is set")
            if len(self._context.pages) > 1:
                faults.append("another page was opened")
        except Error as error:
            faults.append(f"failed: {str(error).splitlines()[0][:200]}")
        finally:
            page.close()
        itself = address.partition("#")[0]
        return [fault for fault in faults if not _is_own(fault, itself)]


def _is_own(fault: str, address: str) -> bool:
    is_file = address.startswith("file:")
    return is_file and fault.startswith(f"request to {address}")


def _use(page: Page, shown: Graph) -> None:
    """Open all scopes and look at the details of a node, as a user would."""
    _wait_until_ready(page)
    if shown.nodes and len(shown.nodes) <= _MOST_OPENED:
        page.evaluate("() => graphscope.expandAll()")
        # Of several the last one: the first is an input, named as any other program names it.
        page.evaluate("(id) => graphscope.select(id)", shown.nodes[-1].id)
        page.locator("#details .gs-panel").wait_for()


def _wait_until_ready(page: Page) -> None:
    wait_for(page, "window.graphscope?.ready === true")


def _do_nothing(page: Page) -> None:
    page.wait_for_load_state("load")


def find_all_faults(
    rows: list[Row], flag: str, tell: Callable[[Row, list[str]], None] | None = None
) -> list[str]:
    """Show files in one browser; return what went wrong, with the ids of the rows."""
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_chromium())
        stage = Stage(browser, flag)
        try:
            for row in rows:
                faults = list(stage.find_faults(row))
                found += [f"{row.id}: {fault}" for fault in faults]
                if tell:
                    tell(row, faults)
        finally:
            stage.close()
            browser.close()
    return found


def main() -> int:
    """Show the files that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.browsing")
    parser.add_argument("out", type=Path, nargs="?", help="a new folder for the collection")
    parser.add_argument("--manifest", type=Path, help="a collection that exists")
    parser.add_argument("--kind", action="append", help="rows of this kind alone")
    parser.add_argument("--only", action="append", metavar="ID", help="this row alone")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hostile-") as temporary:
        collection = _find_collection(arguments, Path(temporary))
        rows = [
            row
            for row in collection
            if (not arguments.kind or row.kind in arguments.kind)
            and (not arguments.only or row.id in arguments.only)
        ]
        faults = find_all_faults(rows, collection.flag, _tell)
    print(f"{len(rows)} rows, {len(faults)} faults")  # noqa: T201
    return int(bool(faults))


def _find_collection(arguments: argparse.Namespace, temporary: Path) -> Collection:
    if arguments.manifest:
        return load_manifest(arguments.manifest)
    folder = arguments.out or temporary / "collection"
    return make_collection(folder, is_big=False, with_keras=False)


def _tell(row: Row, faults: list[str]) -> None:
    print(f"{row.id:28} {'; '.join(faults) or 'fine'}", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
