"""Code that came with a file, as the page shows it, and the page of a broken file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from graphscope.app import Inspector
from graphscope.app.broken_file import find_faults
from graphscope.errors import ReadError
from graphscope.graph import Graph
from graphscope.graph.code import Code, CodeKind, to_rows
from graphscope.readers.keras.archive_file import read
from tests.browser.conftest import Visit, wait_for, watch
from tests.browser.test_accessibility import audit
from tests.support.archives import functional, input_layer, layer, write_archive
from tests.support.graphs import graph

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=\"window.__pwned='code'\">"

LAMBDA = Code(
    CodeKind.BYTECODE, "a Python function as bytecode", "block/scale", place="function",
    effect="Keras runs it.", text=f"# Python 3.11\n  0  LOAD_CONST  '{EVIL}'",
)  # fmt: skip
OWN = Code(CodeKind.CUSTOM, f"the class '{EVIL}'", "head", module=EVIL, registered_name=EVIL)
LOSS = Code(CodeKind.REFERENCE, "a reference to 'os.system'", None, place="compile_config.loss")


def carrying(*pieces: Code) -> Graph:
    made = graph("x[B,4] -> block/scale=Lambda[B,4] -> block/relu=Relu[B,4] -> head=Mine[B,4]")
    return replace(made, metadata={"code": to_rows(pieces)})


def details(page: Page) -> str:
    return page.locator("#details").inner_text()


def test_the_badge_leads_from_one_piece_to_the_next(visit: Visit) -> None:
    page = visit(carrying(LAMBDA, OWN, LOSS))
    badge = page.get_by_role("button", name="Contains code · 2")
    badge.click()
    expect(page.locator("#details .gs-title")).to_have_text("model")
    assert "os.system" in details(page)
    badge.click()
    expect(page.locator("#details .gs-title")).to_have_text("scale")
    expect(page.locator("#details .gs-listing pre")).to_contain_text("LOAD_CONST")
    badge.click()
    expect(page.locator("#details .gs-title")).to_have_text("head")
    expect(page.locator("#details .gs-type .gs-badge").last).to_have_text("Contains code by name")
    assert page.evaluate("window.__pwned") is None


def test_a_file_without_code_has_no_badge(visit: Visit) -> None:
    page = visit(graph("x -> a"))
    expect(page.locator("#code-button")).to_be_hidden()


def test_classes_of_its_users_own_are_a_quiet_badge(visit: Visit) -> None:
    page = visit(carrying(OWN))
    expect(page.get_by_role("button", name="Contains code by name · 1")).to_have_class(
        "notes-button code-button quiet"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_with_code_can_be_read_by_all(visit: Visit, theme: str) -> None:
    page = visit(carrying(LAMBDA, OWN, LOSS))
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.locator("#code-button").click()
    page.locator("#code-button").click()
    expect(page.locator("#details .gs-listing")).to_be_visible()
    assert audit(page) == []


def test_a_broken_file_is_shown_with_its_faults(context: BrowserContext, tmp_path: Path) -> None:
    document = functional(
        [input_layer("x", 4), layer("Add", "a", ["x", "b"]), layer("Dense", "b", "a", units=2)],
        inputs="x",
        outputs="b",
    )
    with pytest.raises(ReadError) as caught:
        read(write_archive(tmp_path / "model.keras", json.dumps(document)))
    found, faults = find_faults(caught.value, "model.keras"), list[str]()
    with Inspector(caught.value.graph, findings=found) as inspector:
        page = watch(context.new_page(), faults)
        page.goto(inspector.url)
        wait_for(page, "window.graphscope?.ready === true")
        headline = page.locator("#diagnosis-content .gs-headline")
        expect(headline).to_have_text("2 layers of model 'model' form a cycle: 'a' → 'b' → 'a'.")
        page.locator("#diagnosis-content .gs-link").first.click()
        expect(page.locator("#outline-tree [aria-selected=true]")).to_contain_text("a")
        assert audit(page) == []
        page.close()
    assert faults == []


def test_a_file_of_which_nothing_is_left_refers_to_its_diagnosis(context: BrowserContext) -> None:
    error = ReadError("'net.keras' is not a Keras archive; it looks like an HTML page.", "Look.")
    found, faults = find_faults(error, "net.keras"), list[str]()
    with Inspector(found.failure_graph.graph, findings=found) as inspector:
        page = watch(context.new_page(), faults)
        page.goto(inspector.url)
        wait_for(page, "window.graphscope?.ready === true")
        expect(page.locator("#diagnosis-content .gs-headline")).to_contain_text("an HTML page")
        expect(page.get_by_role("alert")).to_contain_text(
            "There is no layer to show; the reason stands under Diagnosis."
        )
        expect(page.locator("body")).not_to_contain_text("This graph is empty")
        page.close()
    assert faults == []
