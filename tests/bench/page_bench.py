"""How fast the page is: first picture, expanding, searching, panning, elements, bytes.

Run `python -m tests.bench.page_bench [TARGET ...]`, where a target is whatever `graphscope show`
takes, or `synthetic:NODES`. Goals: first picture of ResNet50 under 1,000 ms, expand and
collapse under 100 ms, 60 frames a second (16.7 ms), at most 3,000 elements. The numbers depend on
the machine and on what else it does; compare ratios.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Page, sync_playwright

from graphscope.app import Inspector
from graphscope.graph import Graph, GraphBuilder, NodeKind, Port, ScopeKind, TensorSpec
from graphscope.session import as_graph
from tests.browser.conftest import find_chromium, wait_until_drawn

VISITS = 5
OPERATIONS_PER_LAYER = 8
LAYERS_PER_BLOCK = 10
HEAD = ("target", "nodes", "start s", "kB", "drawn ms", "panel ms", "toggle ms")
HEAD += ("search ms", "frame ms", "p95", "elements")

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


def measure(browser: Browser, target: str) -> list[str]:
    """Return one row of the table."""
    is_synthetic = target.startswith("synthetic:")
    graph = build(int(target.partition(":")[2])) if is_synthetic else as_graph(target)
    begin = perf_counter()
    with Inspector(graph) as inspector:
        start = perf_counter() - begin
        drawn, panel = zip(*(measure_visit(browser, inspector) for _ in range(VISITS)), strict=True)
        with opened(browser, inspector) as page:
            return [
                target,
                f"{len(graph.nodes):,}",
                f"{start:.2f}",
                f"{measure_document(page) / 1000:,.0f}",
                f"{median(drawn):,.0f}",
                f"{median(panel):,.0f}",
                measure_toggle(page),
                measure_search(page),
                *measure_frames(page),
                f"{page.evaluate('document.querySelectorAll(`*`).length'):,}",
            ]


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


def measure_toggle(page: Page) -> str:
    """Return milliseconds to lay out and draw, without the animation, when something opens or
    closes: the median over the first thing that opens.
    """
    ids = page.evaluate(
        "fetch('/graph.json').then((answer) => answer.json()).then((doc) => doc.items.leaves"
        ".flatMap((leaves, i) => (leaves > 1 && doc.items.parent[i] === 0"
        " ? [doc.strings[doc.items.id[i]]] : [])))"
    )
    return f"{median(page.evaluate(TOGGLE.replace('ID', repr(ids[0])))):.0f}" if ids else "-"


def measure_search(page: Page) -> str:
    """Return milliseconds of the slowest search while a name is typed."""
    page.get_by_role("combobox", name="Search nodes").press_sequentially("conv", delay=30)
    page.get_by_role("listbox").wait_for()
    durations = page.evaluate(
        "performance.getEntriesByName('graphscope:search').map((entry) => entry.duration)"
    )
    page.keyboard.press("Escape")
    return f"{max(durations):.0f}"


def measure_frames(page: Page) -> tuple[str, str]:
    """Return median and 95th percentile of the frames while everything is open and moves."""
    page.evaluate("graphscope.expandAll()")
    times = page.locator("#canvas").evaluate(FRAMES)
    return f"{median(times):.1f}", f"{times[int(len(times) * 0.95)]:.1f}"


def main(targets: list[str]) -> None:
    """Print the table."""
    print_row(HEAD)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_chromium())
        for target in targets:
            print_row(measure(browser, target))
        browser.close()


def print_row(cells: Iterable[str]) -> None:
    print("".join(f"{cell[-14:]:>15}" for cell in cells), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:] or ["synthetic:1000", "synthetic:20000", "synthetic:50000"])
