"""Graph documents: what was exported is read back, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscope.errors import ReadError
from graphscope.graph import to_json
from graphscope.readers.graph_json import read
from tests.support.graphs import graph as draw

TEXT = to_json(draw("x=Input[B,4] -> net/dense:Dense(kernel[4,2])[B,2] -> relu[B,2]"))

BARE = {"id": "a", "name": "a", "type": "Op", "kind": "op", "scope": "/"}


def write(tmp_path: Path, data: Any) -> Path:
    path = tmp_path / "graph.json"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def message(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read(path)
    assert len(str(caught.value)) < 500
    return str(caught.value)


def test_what_was_exported_is_read_back(tmp_path: Path) -> None:
    assert to_json(read(write(tmp_path, TEXT.encode()))) == TEXT


def test_what_later_versions_add_is_left_alone(tmp_path: Path) -> None:
    document = json.loads(TEXT) | {"extra": 1}
    for part in ("scopes", "nodes", "layers", "weights"):
        document[part][0]["extra"] = [1]
    assert to_json(read(write(tmp_path, document))) == TEXT


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "'graph.json' is empty."),
        (b"\x00" * 100, "'graph.json' is empty."),
        (b"\xff\xfa", "'graph.json' is not UTF-8 text."),
        (b"\xff\xfe{\0", "'graph.json' is UTF-16 or UTF-32 text. Save it as UTF-8."),
        (b"{", "'graph.json' is not JSON (Expecting property name"),
        (b"[" * 100_000, "nested more than 200 levels deep"),
        (b"[]", "'graph.json' is not a graphscope graph."),
        (b'{"format": "graphscope-graph", "version": 99}', "has version 99; this graphscope reads"),
        (b'{"format": "graphscope-graph", "version": 99}', "Update graphscope"),
        (b'{"format": "graphscope-graph", "version": "1"}', "has version '1'"),
        (b'{"format": "graphscope-graph", "version": 1}', "scopes is None, but a list must stand"),
    ],
)
def test_other_documents_are_refused(data: bytes, expected: str, tmp_path: Path) -> None:
    assert expected in message(write(tmp_path, data))


def change(part: str, index: int, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document[part][index].update(values)


def put(part: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.update({part: value})


def append(part: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document[part].append(value)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (put("name", 3), "name is 3, but a text"),
        (put("metadata", []), "metadata is [], but an object"),
        (put("metadata", {"a": [float("nan")]}), "but an object of sound texts and finite numbers"),
        (put("nodes", {"a": 1}), "nodes is {'a': 1}, but a list"),
        (append("nodes", "x"), "nodes[3] is 'x', but an object"),
        (change("nodes", 0, kind="person"), "nodes[0] ('x') has kind = 'person', but one of input"),
        (change("nodes", 0, name="\ud800"), "nodes[0] ('x') has name ="),
        (change("nodes", 0, scope=None), "nodes[0] ('x') has scope = None, but a text"),
        (change("nodes", 0, scope="ghost"), "lies in scope 'ghost', which is absent"),
        (change("nodes", 0, outputs=[["f", [-1]]]), "but a list of [dtype, shape] must stand"),
        (change("nodes", 0, outputs=[["f", ["rm -rf"]]]), "but a list of [dtype, shape] must"),
        (change("nodes", 0, outputs=[["f", [True]]]), "but a list of [dtype, shape] must stand"),
        (change("nodes", 0, attributes={"x": float("inf")}), "finite numbers must stand there"),
        (change("nodes", 0, source=["a.py", "1"]), "but [file, line, function] must stand there"),
        (change("nodes", 0, layer="ghost"), "nodes[0] ('x') names 'ghost' as layer"),
        (change("nodes", 1, weights=["ghost"]), "names 'ghost' as weights, which is not there"),
        (append("nodes", {**BARE, "id": "x"}), "two nodes or scopes of the same id"),
        (append("nodes", {**BARE, "id": "net"}), "two nodes or scopes of the same id"),
        (change("scopes", 1, parent="ghost"), "comes before its parent 'ghost'"),
        (change("scopes", 1, outputs=[["x", 5]]), "names output 5 of node 'x', which is not there"),
        (change("scopes", 0, id="top"), "needs a first scope with the id '/'"),
        (change("weights", 0, shape=[-4]), "weights[0] ("),
        (change("weights", 0, shape=[1 << 60]), "a list of whole numbers from 0 on"),
        (change("weights", 0, layer="ghost"), "names 'ghost' as layer"),
        (change("layers", 0, parent="ghost"), "names 'ghost' as parent"),
        (append("edges", ["x", 0, "ghost", 0]), "ends at node 'ghost', which is absent"),
        (append("edges", ["x", 7, "relu", 0]), "leaves 'x' by port 7"),
        (append("edges", ["x", "0", "relu", 0]), "edges[2] is ['x', '0', 'relu', 0]"),
        (append("edges", ["x", 0, "relu", 0, "magic"]), "or the same with a kind"),
        (append("outputs", ["ghost", 0]), "outputs[1] names output 0 of node 'ghost'"),
        (append("declared", ["x", "ghost"]), "declared[0] names 'ghost'"),
        (append("declared", ["x"]), "declared[0] is ['x'], but [source, target]"),
        (append("notes", {"code": "a"}), "notes[0] has no message"),
        (change("nodes", 0, id="x" * 100_000), "output 0 of node 'x', which is not there"),
        (append("nodes", {**BARE, "scope": "x" * 100_000}), "lies in scope 'xxx"),
    ],
)
def test_a_row_that_cannot_be_is_named(
    spoil: Callable[[dict[str, Any]], None], expected: str, tmp_path: Path
) -> None:
    document = json.loads(TEXT)
    spoil(document)
    assert expected in message(write(tmp_path, document))


def test_ids_of_layers_and_weights_differ(tmp_path: Path) -> None:
    for part in ("layers", "weights"):
        document = json.loads(TEXT)
        document[part].append(document[part][0])
        assert f"{part}[{len(document[part]) - 1}] has the id" in message(write(tmp_path, document))


def test_layers_do_not_hold_themselves(tmp_path: Path) -> None:
    document = json.loads(TEXT)
    layer = document["layers"][0]
    document["layers"].append({**layer, "id": "layer:a", "weights": [], "parent": layer["id"]})
    layer["parent"] = "layer:a"
    assert "is its own parent, or that of its parents" in message(write(tmp_path, document))


def test_a_document_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    with path.open("wb") as file:
        file.truncate(20 << 30)
    assert "is larger than 256 MiB" in message(path)
