"""Large graphs and hostile names in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from graphscope.graph import ROOT, Graph, GraphBuilder, NodeKind, Port, ScopeKind, TensorSpec
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

MOST_ELEMENTS = 3000
SPEC = TensorSpec(("B", 64), "float32")

EVIL = [
    "<img src=x onerror=pwned()>",
    "<script>window.pwned=1</script>",
    "javascript:pwned()",
    '"><svg onload=pwned()>',
    "{{constructor.constructor('window.pwned=1')()}}",
    "'; DROP TABLE nodes; --",
    "a/b#c%20d",
    "\u202egnp.exe",
    "line\nbreak\ttab",
    "\ud800 alone",
    "😀 é ﷽",
    "x" * 5000,
    "__proto__",
]


def chain(names: list[str]) -> Graph:
    """A chain of layer-like operations, each name also used as a type, weight-free."""
    builder = GraphBuilder("chain of names")
    before = builder.add_node("x", "Input", NodeKind.INPUT, outputs=[SPEC])
    for name in names:
        node = builder.add_node(
            name, name, NodeKind.OP, outputs=[SPEC], attributes={name: name, "list": [name]}
        )
        builder.add_edge(Port(before), node, 0)
        builder.add_note("note", name, node)
        before = node
    return builder.build(outputs=[Port(before)])


def test_names_are_text_everywhere(visit: Visit) -> None:
    hostile = chain(EVIL)
    page = visit(hostile)
    for node in hostile.nodes[1:]:
        listed = node.id.encode("utf-8", "backslashreplace").decode()
        page.evaluate("(id) => graphscope.select(id)", listed)
        expect(page.locator("#details .gs-title")).not_to_have_text("chain of names")
    page.get_by_role("combobox", name="Search nodes").fill("<")
    expect(
        page.get_by_role("listbox", name="Search results").get_by_role("option").first
    ).to_be_visible()
    assert page.evaluate("window.pwned === undefined")
    assert page.locator("#details img, #details script, #details svg").count() == 0


def test_a_name_of_the_model_cannot_break_the_page(visit: Visit) -> None:
    builder = GraphBuilder("</title><script>window.pwned=1</script>{%config%}")
    builder.add_node("x", "Input", NodeKind.INPUT, outputs=[SPEC])
    page = visit(builder.build())
    assert page.evaluate("window.pwned === undefined")
    expect(page.locator("#details .gs-title")).to_contain_text("</title>")


def blocks(count: int, size: int) -> Graph:
    """`count` blocks of `size` operations with different widths, so that nothing is folded."""
    builder = GraphBuilder("large")
    before = builder.add_node("x", "Input", NodeKind.INPUT, outputs=[SPEC])
    for index in range(count):
        spec = TensorSpec(("B", 8 + index), "float32")
        scope = builder.open_scope(f"block_{index}", "Block", ScopeKind.LAYER, parent=ROOT)
        for _ in range(size):
            node = builder.add_node("Relu", "Relu", NodeKind.OP, scope=scope, outputs=[spec])
            builder.add_edge(Port(before), node, 0)
            before = node
    return builder.build(outputs=[Port(before)])


def test_the_number_of_elements_does_not_grow_with_the_model(visit: Visit) -> None:
    page = visit(blocks(200, 100))
    page.evaluate("graphscope.expandAll()")
    assert page.evaluate("graphscope.nodes") == 20_001
    assert page.evaluate("document.querySelectorAll('*').length") <= MOST_ELEMENTS
