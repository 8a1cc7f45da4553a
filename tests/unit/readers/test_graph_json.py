"""Graph documents: what was exported is read back, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.errors import ReadError
from graphscope.graph import to_json
from graphscope.readers.graph_json import read
from tests.support.graphs import graph as draw


def test_what_was_exported_is_read_back(tmp_path: Path) -> None:
    text = to_json(draw("x=Input[B,4] -> dense:Dense(kernel[4,2])[B,2]"))
    (tmp_path / "graph.json").write_text(text)
    assert to_json(read(tmp_path / "graph.json")) == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe", "'graph.json' is not UTF-8 text."),
        (b"{", "'graph.json' cannot be read: The graph document is not JSON."),
        (b"[" * 100_000, "The graph document is not JSON."),
        (b"[]", "The document is not a graphscope graph."),
        (b'{"format": "graphscope-graph", "version": 99}', "has version 99"),
        (b'{"format": "graphscope-graph", "version": 1}', "is damaged"),
    ],
)
def test_other_documents_are_refused(data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "graph.json").write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "graph.json")
    assert message in str(caught.value)
