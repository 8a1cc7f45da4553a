"""How fast the page is: first picture, expanding, searching, moving, memory, elements, bytes.

Run `python -m tests.bench.page_bench [TARGET ...]`, where a target is whatever `graphscope show`
takes, or `synthetic:NODES`. The last line is all of it as JSON. Goals: first picture under
1,000 ms, expand and collapse under 100 ms, search under 50 ms, 60 frames a second (median 16.7 ms,
95th percentile under 25 ms) in the worst of all zooms with everything open, 400 MB, 3,000 elements.
The numbers depend on the machine and on what else it does; compare ratios.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from graphscope.app import Inspector
from graphscope.graph import Graph, GraphBuilder, NodeKind, Port, ScopeKind, TensorSpec
from graphscope.session import as_graph
from tests.browser.conftest import find_chromium, wait_until_drawn

VISITS = 5
OPERATIONS_PER_LAYER = 8
LAYERS_PER_BLOCK = 10
HEAD = ("nodes", "start s", "kB", "drawn ms", "panel ms", "toggle ms", "open all ms", "search ms")
HEAD += ("frame ms", "p95 ms", "worst at", "MB", "elements")
ZOOMS = 24
"""Views that are measured between the whole picture and one box that fills the window."""

# Panning and zooming around one view, one event a frame: milliseconds between the frames.
FRAMES = """async (canvas) => {
  const box = canvas.getBoundingClientRect();
  const [clientX, clientY] = [box.x + box.width / 2, box.y + box.height / 2];
  const times = [];
  for (let i = 0; i < 90; i++) {
    const zoom = { clientX, clientY, deltaY: i % 30 < 15 ? -60 : 60, ctrlKey: true };
    const pan = { clientX, clientY, deltaX: 12, deltaY: i % 20 < 10 ? 14 : -14 };
    const motion = { bubbles: true, cancelable: true, ...(i % 2 ? pan : zoom) };
    canvas.dispatchEvent(new WheelEvent('wheel', motion));
    times.push(await new Promise(requestAnimationFrame));
  }
  return times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
}"""

NEARER = """async (canvas) => {
  const box = canvas.getBoundingClientRect();
  const [clientX, clientY] = [box.x + box.width / 2, box.y + box.height / 2];
  const zoom = { clientX, clientY, deltaY: -40, ctrlKey: true, bubbles: true, cancelable: true };
  canvas.dispatchEvent(new WheelEvent('wheel', zoom));
  await new Promise(requestAnimationFrame);
}"""

OPEN_ALL = """async () => {
  const begin = performance.now();
  await graphscope.expandAll();
  return performance.now() - begin;
}"""

TOGGLE = """async () => {
  for (let i = 0; i < 5; i++) {
    await graphscope.expand(ID);
    await graphscope.collapse(ID);
  }
  return performance.getEntriesByName('graphscope:expand').map((entry) => entry.duration);
}"""


def build(nodes: int) -> Graph:
    """Return a chain of blocks of layers of operations that differ, so that nothing is folded."""
    builder = GraphBuilder(f"synthetic {nodes:,}")
    tensor = Port(builder.add_node("x", "Input", NodeKind.INPUT, outputs=(_spec(0),)))
    for block in range(nodes // (OPERATIONS_PER_LAYER * LAYERS_PER_BLOCK)):
        scope = builder.open_scope(f"block_{block}", "Block", ScopeKind.LAYER)
        for _ in range(LAYERS_PER_BLOCK):
            layer = builder.open_scope("layer", "Layer", ScopeKind.LAYER, parent=scope)
            tensor = _add_operations(builder, layer, tensor, _spec(block))
    return builder.build(outputs=[tensor])


def _spec(block: int) -> TensorSpec:
    return TensorSpec(("B", 8 + block), "float32")


def _add_operations(builder: GraphBuilder, scope: str, tensor: Port, spec: TensorSpec) -> Port:
    first = tensor
    for number in range(OPERATIONS_PER_LAYER):
        node = builder.add_node("op", "AddV2", NodeKind.OP, scope=scope, outputs=(spec,))
        builder.add_edge(tensor, node, 0)
        if number == OPERATIONS_PER_LAYER - 1:
            builder.add_edge(first, node, 1)
        tensor = Port(node)
    return tensor


@contextmanager
def opened(browser: Browser, inspector: Inspector) -> Iterator[Page]:
    """Open the page as a new visitor, with an empty cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(inspector.new_url())
    wait_until_drawn(page)
    yield page
    context.close()


def measure(browser: Browser, target: str) -> dict[str, object]:
    """Return one row of the table."""
    is_synthetic = target.startswith("synthetic:")
    graph = build(int(target.partition(":")[2])) if is_synthetic else as_graph(target)
    begin = perf_counter()
    with Inspector(graph) as inspector:
        start = perf_counter() - begin
        drawn, panel = zip(*(measure_visit(browser, inspector) for _ in range(VISITS)), strict=True)
        with opened(browser, inspector) as page:
            found = {
                "nodes": len(graph.nodes),
                "start s": round(start, 2),
                "kB": round(measure_document(page) / 1000),
                "drawn ms": round(median(drawn)),
                "panel ms": round(median(panel)),
                "toggle ms": measure_toggle(page),
                "search ms": measure_search(page),
                "open all ms": round(page.evaluate(OPEN_ALL)),
                **measure_frames(page),
                "MB": measure_memory(browser),
                "elements": page.evaluate("document.querySelectorAll(`*`).length"),
            }
    return {"target": target, **{name: found[name] for name in HEAD}}


def measure_visit(browser: Browser, inspector: Inspector) -> tuple[float, float]:
    """Return milliseconds from navigation to the first picture, and to the details panel."""
    with opened(browser, inspector) as page:
        drawn = page.evaluate("performance.getEntriesByName('graphscope:drawn')[0].startTime")
        return drawn, page.evaluate("performance.now()")


def measure_document(page: Page) -> float:
    """Return the bytes of the drawing document on the wire."""
    return page.evaluate(
        "performance.getEntriesByType('resource')"
        ".find((entry) => entry.name.endsWith('/graph.json')).encodedBodySize"
    )


def measure_toggle(page: Page) -> int | None:
    """Return milliseconds to lay out and draw, without the animation, when something opens or
    closes: the median over the first thing that opens.
    """
    ids = page.evaluate(
        "fetch('/graph.json').then((answer) => answer.json()).then((doc) => doc.items.leaves"
        ".flatMap((leaves, i) => (leaves > 1 && doc.items.parent[i] === 0"
        " ? [doc.strings[doc.items.id[i]]] : [])))"
    )
    return round(median(page.evaluate(TOGGLE.replace("ID", repr(ids[0]))))) if ids else None


def measure_search(page: Page) -> int:
    """Return milliseconds of the slowest search while a name is typed."""
    page.get_by_role("combobox", name="Search nodes").press_sequentially("conv", delay=30)
    page.get_by_role("listbox").wait_for()
    durations = page.evaluate(
        "performance.getEntriesByName('graphscope:search').map((entry) => entry.duration)"
    )
    page.keyboard.press("Escape")
    return round(max(durations))


def measure_frames(page: Page) -> dict[str, object]:
    """Return median and 95th percentile of the frames of the view where moving is slowest.

    Everything is open; the views go from the whole picture to its middle.
    """
    canvas = page.locator("#canvas")
    worst = (0.0, 0.0, "")
    for _ in range(ZOOMS):
        times = canvas.evaluate(FRAMES)
        at = page.get_by_role("button", name="Zoom to 100 %").text_content() or ""
        seen = (round(times[int(len(times) * 0.95)], 1), round(median(times), 1), at)
        worst = max(worst, seen, key=lambda view: view[:2])
        canvas.evaluate(NEARER)
    return {"frame ms": worst[1], "p95 ms": worst[0], "worst at": worst[2]}


def measure_memory(browser: Browser) -> int:
    """Return megabytes of the largest tab, what it shares with other programs included."""
    tabs = [
        process.memory_info().rss
        for process in psutil.Process().children(recursive=True)
        if "--type=renderer" in process.cmdline()
    ]
    assert browser.is_connected()
    return round(max(tabs) / 1e6)


def main(targets: list[str]) -> None:
    """Print the table, and then all of it as one line of JSON."""
    rows = []
    print_row(["target", *HEAD])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_chromium())
        for target in targets:
            rows.append(measure(browser, target))
            print_row(rows[-1].values())
        browser.close()
    print(json.dumps({"page": rows}, ensure_ascii=False))  # noqa: T201


def print_row(cells: Iterable[object]) -> None:
    print("".join(f"{str(cell)[-14:]:>15}" for cell in cells), flush=True)  # noqa: T201


if __name__ == "__main__":
    sizes = (1_000, 5_000, 20_000, 50_000)
    main(sys.argv[1:] or [f"synthetic:{size}" for size in sizes])
