"""What the objects that users hold say of themselves in a notebook and in a terminal."""

from __future__ import annotations

import re

import graphscope
from graphscope.app import Inspector
from graphscope.app.comparing import ComparingInspector
from graphscope.app.offline import InlinePage
from tests.support.graphs import graph


def test_a_graph_is_a_picture_and_a_line_of_text() -> None:
    shown = graph("x -> dense:Dense")._repr_mimebundle_()
    assert "<svg" in shown["image/svg+xml"]
    assert shown["text/plain"] == "<Graph 'model': 2 nodes, 1 edges, 1 scopes, 1 layers>"


def test_a_comparison_is_a_table() -> None:
    before, after = graph("x -> dense:Dense"), graph("x -> dense:Dense -> relu")
    told = graphscope.diff(before, after)._repr_markdown_()
    assert "1 added" in told
    assert "relu" in told
    assert "No difference" in graphscope.diff(before, before)._repr_markdown_()


def test_an_inspector_tells_where_it_listens_but_not_its_key() -> None:
    inspector = Inspector(graph("x", name="digits"))
    try:
        assert re.fullmatch(
            r"<Inspector of 'digits' at http://127\.0\.0\.1:\d+, not serving>", repr(inspector)
        )
        inspector.start()
        assert repr(inspector).endswith(", serving>")
    finally:
        inspector.stop()
    assert repr(inspector).endswith(", not serving>")


def test_what_a_notebook_shows_can_be_written() -> None:
    drawn = graph("x", name="half \ud800 <b>")
    inspector, comparing = Inspector(drawn), ComparingInspector(drawn, drawn)
    try:
        for shown in (inspector, comparing, InlinePage(drawn)):
            text = shown._repr_html_()
            assert text.encode()
            assert "<b>" not in text.partition(" title=")[2][:100]
    finally:
        inspector.stop()
        comparing.stop()
