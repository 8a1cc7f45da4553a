"""The source files beside a graph: which may be read, and how they are shown."""

from __future__ import annotations

import gzip
import json
import linecache
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphscope.analysis.outline import fold
from graphscope.app.highlight import highlight
from graphscope.app.origin import UNKNOWN, Origin
from graphscope.app.origins import find_origin
from graphscope.app.services import Services
from graphscope.app.site import make_app
from graphscope.app.sources import MOST_BYTES, Sources, shorten_paths
from graphscope.graph import Graph, SourceLine
from tests.support.archives import sequential, write_archive
from tests.support.graphs import graph

_PROGRAM = 'class Net:\n    """Calls."""\n\n    def call(self, x):\n        return x + 1  # more\n'


def traced(file: Path | str, line: int = 5) -> Graph:
    """A graph whose `add` was called in a line of a file."""
    drawn = graph("x -> add=Add -> relu=Relu")
    nodes = [
        replace(node, source=SourceLine(str(file), line)) if node.id == "add" else node
        for node in drawn.nodes
    ]
    return replace(drawn, nodes=tuple(nodes))


def sources_of(drawn: Graph, origin: Origin | None = None) -> Sources:
    return Sources(drawn, fold(drawn), origin or Origin(is_live=True, opened_at=time.time() + 60))


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "net.py"
    file.write_text(_PROGRAM)
    return file


def test_items_know_their_lines(program: Path) -> None:
    drawn = traced(program)
    places = sources_of(drawn).places
    ids = [item.id for item in fold(drawn).items]
    assert places.files == (str(program),)
    assert places.line[ids.index("add")] == 5
    assert places.file[ids.index("relu")] == -1
    assert places.as_dict()["files"] == [{"name": "net.py", "path": str(program)}]


def test_a_file_is_read_by_its_number_only(program: Path) -> None:
    sources = sources_of(traced(program))
    found = sources.read(0)
    assert found is not None
    assert found["note"] == ""
    assert "".join(text for _, text in found["lines"][4]) == "        return x + 1  # more"
    assert sources.read(1) is None
    assert sources.read(-1) is None


def test_a_stranger_s_graph_shows_no_file(program: Path) -> None:
    sources = sources_of(traced(program), UNKNOWN)
    assert not sources.exist
    assert sources.read(0) is None


def test_a_file_that_is_younger_than_the_trace_says_so(program: Path) -> None:
    found = sources_of(traced(program), Origin(is_live=True, opened_at=1.0)).read(0)
    assert found is not None
    assert found["note"].startswith("The file was changed after the model was traced")
    assert found["lines"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "no file"),
        (b"\xff\xfe\x00bad\xff", "cannot be read"),
        (b"#" * MOST_BYTES + b"##", "larger than 2 MiB"),
    ],
)
def test_what_cannot_be_shown_is_said(tmp_path: Path, content: bytes | None, told: str) -> None:
    file = tmp_path / "net.py"
    if content is not None:
        file.write_bytes(content)
    found = sources_of(traced(file)).read(0)
    assert found is not None
    assert told in found["note"]
    assert found["lines"] == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    os.mkfifo(file)
    found = sources_of(traced(file)).read(0)
    assert found is not None
    assert "no file" in found["note"]


def test_a_cell_of_a_notebook_is_shown_from_memory() -> None:
    name = "<ipython-input-7-abc>"
    linecache.cache[name] = (1, None, ["x = 1\n", "y = 2\n"], name)
    try:
        found = sources_of(traced(name)).read(0)
    finally:
        del linecache.cache[name]
    assert found is not None
    assert len(found["lines"]) == 2


def test_colours_follow_the_grammar_and_lose_no_text() -> None:
    lines = highlight(_PROGRAM)
    assert ["keyword", "class"] in lines[0]
    assert ["name", "Net"] in lines[0]
    assert ["string", '"""Calls."""'] in lines[1]
    assert lines[4][-1] == ["comment", "# more"]
    assert "\n".join("".join(text for _, text in line) for line in lines) + "\n" == _PROGRAM
    assert highlight("") == [[]]
    assert len(highlight("@@ no python ((\n\n'open")) == 3


def test_paths_are_as_short_as_they_can_be() -> None:
    assert shorten_paths(("/a/b.py",)) == ["b.py"]
    assert shorten_paths(("/a/b.py", "/c/b.py")) == ["a/b.py", "c/b.py"]
    assert shorten_paths(("b.py", "/c/b.py")) == ["b.py", "c/b.py"]


def test_origins(tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    write_archive(file, sequential())
    assert find_origin(graph("x -> relu")) is UNKNOWN
    assert not find_origin(str(file)).is_live
    assert find_origin("sample:unet").is_live
    assert find_origin(object()).is_live


def ask(drawn: Graph, address: str, origin: Origin) -> Any:
    return make_app(Services(drawn, origin=origin)).server.test_client().get(address)


def test_the_routes_answer_for_live_graphs_only(program: Path) -> None:
    live = Origin(is_live=True)
    places = ask(traced(program), "/source/places.json", live)
    assert places.json["files"][0]["name"] == "net.py"
    assert ask(traced(program), "/source/files/0.json", live).json["path"] == str(program)
    for address in ("/source/files/1.json", "/source/files/..%2f0.json"):
        assert ask(traced(program), address, live).status_code == 404
    for address in ("/source/places.json", "/source/files/0.json"):
        assert ask(traced(program), address, UNKNOWN).status_code == 404


def test_the_page_is_told_what_it_can_ask_for(program: Path) -> None:
    def abilities(origin: Origin) -> Any:
        answer = ask(traced(program), "/graph.json", origin)
        return json.loads(gzip.decompress(answer.data))["abilities"]

    assert "source" in abilities(Origin(is_live=True))
    assert "source" not in abilities(UNKNOWN)
