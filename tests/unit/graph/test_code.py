"""Code that came with a graph travels in its metadata, through documents of strangers too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graphscope.graph import from_json, to_json
from graphscope.graph.code import Code, CodeKind, code_of, to_rows
from tests.support.graphs import graph

PIECES = (
    Code(CodeKind.BYTECODE, "a function", "layer:a", place="function", text="  0  NOP\n"),
    Code(CodeKind.CUSTOM, "a class", registered_name="mine>A"),
)


def test_code_comes_through_a_document() -> None:
    carrying = replace(graph("x -> a"), metadata={"code": to_rows(PIECES)})
    assert code_of(from_json(to_json(carrying))) == PIECES


def test_a_graph_without_code_has_none() -> None:
    assert code_of(graph("x -> a")) == ()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("text", ()),
        ({"title": "a"}, ()),
        ([None, 3, "text", {}, {"kind": "bytecode"}], ()),
        (
            [{"title": 5, "kind": ["list"], "subject": 7, "text": None}],
            (Code(CodeKind.REFERENCE, "5", "7", text="None"),),
        ),
    ],
)
def test_what_a_stranger_wrote_in_its_place_is_read_as_text(
    rows: Any, expected: tuple[Code, ...]
) -> None:
    assert code_of(replace(graph("x -> a"), metadata={"code": rows})) == expected
