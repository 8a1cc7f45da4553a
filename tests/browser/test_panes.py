"""What stands beside and below the graph: split view, source, table, as their users meet them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from graphscope.analysis.number_summary import NumberSummary, summarise
from graphscope.app.origin import Origin
from graphscope.errors import GraphscopeError
from graphscope.graph import Graph, SourceLine
from tests.browser.conftest import Visit, wait_for
from tests.support.graphs import graph

pytestmark = pytest.mark.browser

_PROGRAM = """import keras


class Net(keras.Model):
    def call(self, x):
        x = self.encoder(x)
        return self.head(x)  # <script>alert(1)</script>
"""
_LINES = {"encoder": 6, "head": 7}


@pytest.fixture
def traced(tmp_path: Path) -> Graph:
    program = tmp_path / "net.py"
    program.write_text(_PROGRAM)
    drawn = graph(
        """
        x=Input[B,8]
        x -> encoder/matmul=MatMul(kernel[8,4])[B,4] -> encoder/relu=Relu[B,4]
        encoder/relu -> head/matmul=MatMul(kernel[4,1])[B,1]
        """,
        name="net",
    )
    scopes = [
        replace(scope, source=SourceLine(str(program), _LINES[scope.id]))
        if scope.id in _LINES
        else scope
        for scope in drawn.scopes
    ]
    return replace(drawn, scopes=tuple(scopes))


def card(page: Page, name: str) -> object:
    return page.get_by_role("article", name=name)


def test_the_source_opens_at_the_line_of_the_selection(visit: Visit, traced: Graph) -> None:
    page = visit(traced, origin=Origin(is_live=True))
    page.keyboard.press("c")
    source = page.get_by_role("tabpanel", name="Source")
    expect(source).to_contain_text("class Net(keras.Model):")
    expect(source).to_contain_text("<script>alert(1)</script>")
    page.evaluate("graphscope.select('head/matmul')")
    expect(source.get_by_role("status")).to_contain_text("head in line 7")
    expect(source.locator(".source-line.current")).to_contain_text("return self.head(x)")
    source.get_by_role("button", name="Line 6: select encoder").click()
    expect(card(page, "Layer: encoder")).to_be_visible()
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()


def test_a_file_has_no_source_to_show(visit: Visit, traced: Graph) -> None:
    page = visit(traced)
    page.keyboard.press("c")
    page.keyboard.press("j")
    expect(page.get_by_role("tab", name="Table")).to_be_visible()
    expect(page.get_by_role("tab", name="Source")).to_have_count(0)


def test_layers_operations_and_source_share_one_selection(visit: Visit, traced: Graph) -> None:
    page = visit(traced, origin=Origin(is_live=True))
    page.get_by_role("button", name="Split view").click()
    ops = page.get_by_role("application", name=re.compile("Operations of the model"))
    expect(ops).to_be_visible()
    source = page.get_by_role("region", name="Source")
    expect(source).to_contain_text("self.encoder(x)")
    # An operation of the second canvas is shown on the first as its layer, and in the source.
    ops.focus()
    page.keyboard.press("ArrowDown")
    expect(card(page, "Input: x")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("article", name=re.compile("encoder|matmul"))).to_be_visible()
    expect(source.locator(".source-line.current")).to_contain_text("self.encoder(x)")
    assert page.evaluate("graphscope.boxOf('encoder/matmul')") is None
    source.get_by_role("button", name="Line 7: select head").click()
    expect(card(page, "Layer: head")).to_be_visible()
    page.keyboard.press("s")
    expect(ops).to_be_hidden()


def test_layer_view_and_op_view_open_what_they_say(visit: Visit, traced: Graph) -> None:
    page = visit(traced)
    page.keyboard.press("Shift+K")
    wait_for(page, "graphscope.boxOf('encoder/matmul') !== null")
    page.keyboard.press("k")
    wait_for(page, "graphscope.boxOf('encoder/matmul') === null")


def test_the_table_sorts_filters_selects_and_saves(visit: Visit, traced: Graph) -> None:
    page = visit(traced)
    page.keyboard.press("t")
    table = page.get_by_role("grid", name="Producers and consumers")
    expect(table.get_by_role("row")).to_have_count(3)
    page.get_by_role("radio", name="Operations").click()
    expect(table.get_by_role("row")).to_have_count(4)
    table.get_by_role("button", name="Bytes").click()
    expect(table.get_by_role("columnheader", name="Bytes")).to_have_attribute(
        "aria-sort", "ascending"
    )
    page.get_by_role("searchbox", name="Filter the table").fill("head")
    expect(page.get_by_role("tabpanel", name="Table").get_by_role("status")).to_have_text(
        "1 of 3 tensors"
    )
    table.get_by_role("button", name="head/matmul").click()
    expect(card(page, "Operation: matmul")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save CSV").click()
    assert saved.value.suggested_filename == "net.csv"
    text = Path(saved.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Consumer"] for row in rows] == ["head/matmul"]


def test_the_dock_can_be_resized_and_closed_by_keyboard(visit: Visit, traced: Graph) -> None:
    page = visit(traced)
    page.keyboard.press("t")
    bar = page.get_by_role("separator", name="Height of the panel")
    before = int(bar.get_attribute("aria-valuenow") or 0)
    bar.focus()
    page.keyboard.press("ArrowUp")
    assert int(bar.get_attribute("aria-valuenow") or 0) > before
    page.get_by_role("button", name="Close the panel below the graph").click()
    expect(bar).to_be_hidden()


def test_the_consistency_report_lists_its_checks_and_links_differences(
    visit: Visit, traced: Graph
) -> None:
    scopes = [replace(scope, inputs=()) if scope.id == "head" else scope for scope in traced.scopes]
    page = visit(replace(traced, scopes=tuple(scopes)))
    page.keyboard.press("Shift+T")
    report = page.get_by_role("tabpanel", name="Consistency")
    expect(report).to_contain_text("The layers and the operations disagree in 1 places.")
    expect(report).to_contain_text("3 operations, with the calls around them")
    report.get_by_role("button").first.click()
    expect(page.get_by_role("article", name=re.compile("head|matmul|relu"))).to_be_visible()


class _Values:
    """What stands for a file or a model that has the numbers."""

    def summarise(self, weights: Sequence[str]) -> list[NumberSummary | GraphscopeError | None]:
        return [summarise([self._numbers(weight)]) for weight in weights]

    def _numbers(self, weight: str) -> np.ndarray[Any, Any]:
        return np.linspace(-1, 1, 101) if weight.startswith("weight:encoder") else np.zeros(4)


def test_the_details_show_the_values_of_weights(visit: Visit, traced: Graph) -> None:
    page = visit(traced, origin=Origin(weights=_Values()))
    values = page.get_by_role("region", name="Values of the weights")
    expect(values).to_be_hidden()
    page.evaluate("graphscope.select('encoder/matmul')")
    expect(values.get_by_role("img", name="Histogram of kernel, from -1 to 1")).to_be_visible()
    expect(values).to_contain_text("deviation 0.583")
    page.evaluate("graphscope.select('head/matmul')")
    expect(values).to_contain_text("every finite value is 0")
    page.evaluate("graphscope.select('encoder/relu')")
    expect(values).to_be_hidden()
