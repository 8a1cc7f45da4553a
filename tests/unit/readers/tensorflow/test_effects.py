"""Operations that do more than compute: what is found, when TensorFlow runs it, what it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.graph import Graph
from graphscope.graph.code import Code, code_of
from graphscope.readers.tensorflow.saved_model import read
from tests.support.tensorflow_files import (
    FLOAT,
    INT64,
    STRING,
    Function,
    Tensor,
    Type,
    constant,
    data,
    function,
    graph,
    meta_graph,
    node,
    number,
    placeholder,
    signature,
    write_saved_model,
)

F = Type(FLOAT)
SERVING = signature({"x": "serving_x:0"}, {"y": "go:0"})
RELU = (placeholder("serving_x", None, 4), node("go", "Relu", "serving_x", T=F))


def write(tmp_path: Path, *graphs: bytes) -> Graph:
    return read(write_saved_model(tmp_path / "model", *graphs))


def text(name: str, value: str) -> bytes:
    return node(name, "Const", dtype=Type(STRING), value=Tensor(STRING, [], data(8, value)))


def pieces_in(tmp_path: Path, *nodes: bytes, results: str = "go:0") -> tuple[Code, ...]:
    serving = signature({"x": "serving_x:0"}, {"y": results})
    return code_of(write(tmp_path, meta_graph(graph(*nodes), {"serve": serving})))


def test_what_runs_at_load_is_code(tmp_path: Path) -> None:
    definition = graph(
        *RELU,
        text("path", "/etc/passwd"),
        node("write", "WriteFile", "path", "path"),
        node("init", "NoOp", "^write"),
    )
    load = signature({}, {"__saved_model_init_op": "init"})
    found = write(tmp_path, meta_graph(definition, {"a": SERVING, "__saved_model_init_op": load}))
    (piece,) = code_of(found)
    assert (piece.name, piece.title) == ("WriteFile", "an operation that writes files")
    assert piece.effect == "TensorFlow runs it when it loads the model."
    assert "/etc/passwd" in piece.text
    (note,) = (each for each in found.notes if each.code == "contains-code")
    assert "WriteFile ('write')" in note.message


def test_python_in_a_function_is_code_at_its_node(tmp_path: Path) -> None:
    body = function(
        "f", {"v": FLOAT}, {"r": "p:output:0"},
        [node("p", "PyFunc", "v", token="pyfunc_0", Tin=[F], Tout=[F])],
    )  # fmt: skip
    definition = graph(
        placeholder("serving_x", None, 4),
        node("go", "StatefulPartitionedCall", "serving_x", f=Function("f"), Tout=[F]),
        functions=[body],
    )
    found = write(tmp_path, meta_graph(definition, {"a": SERVING}))
    (piece,) = code_of(found)
    assert (piece.subject, piece.title) == ("PyFunc", "an operation that runs Python")
    assert piece.place == "function f"


TABLE = function(
    "fill", {"words": STRING}, {},
    [node("t", "HashTableV2", key_dtype=Type(STRING), value_dtype=Type(INT64)),
     node("fill", "InitializeTableFromTextFileV2", "t:table_handle:0", "words")],
)  # fmt: skip


def with_table(tmp_path: Path, file: str) -> Graph:
    """A model that holds a table of words, which a function of the table fills from a file."""
    objects = b"".join(
        data(1, each)
        for each in (
            data(1, number(1, 1) + data(2, "table")),
            data(1, number(1, 2) + data(2, "_initialize")) + data(10, b""),
            data(6, data(1, "fill")),
            data(5, number(1, 0)),
        )
    )
    objects += data(2, data(1, "fill") + data(2, data(2, b"\x03")))
    whole = meta_graph(graph(*RELU, functions=[TABLE]), {"a": SERVING}, objects=objects)
    return write(tmp_path, whole + data(6, data(2, file)))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("words.txt", "takes 'assets/words.txt', a file of the model"),
        ("/etc/passwd", "takes '/etc/passwd', which lies outside of the model"),
        ("../../key", "takes '../../key', which lies outside of the model"),
        ("C:\\key", "which lies outside of the model"),
    ],
)
def test_a_table_is_filled_from_a_file_at_load(tmp_path: Path, file: str, told: str) -> None:
    (piece,) = code_of(with_table(tmp_path, file))
    assert piece.title == "an operation that reads files"
    assert piece.effect == "TensorFlow runs it when it loads the model."
    assert told in piece.text


def test_what_saves_the_model_is_no_code_where_nothing_runs_it(tmp_path: Path) -> None:
    save = node("save", "SaveV2", "file", "file", "file", "go", dtypes=[F])
    assert not pieces_in(tmp_path, *RELU, text("file", "/tmp/out"), save)


def test_a_model_that_saves_while_it_computes_is_told(tmp_path: Path) -> None:
    restore = node("go", "RestoreV2", "file", "file", "file", dtypes=[F])
    (piece,) = pieces_in(
        tmp_path, placeholder("serving_x", None, 4), text("file", "/tmp/key"), restore
    )
    assert piece.title == "an operation that reads files"
    assert piece.effect == "TensorFlow runs it when the graph around it runs."
    assert "/tmp/key" in piece.text


@pytest.mark.parametrize(
    ("type_", "settings", "is_told"),
    [
        ("PrintV2", {"output_stream": "file:///tmp/x"}, True),
        ("PrintV2", {"output_stream": "stderr"}, False),
        ("PrintV2", {}, False),
        ("DecodeProtoV2", {"descriptor_source": "/tmp/x.pb"}, True),
        ("DecodeProtoV2", {"descriptor_source": "local://"}, False),
        ("FixedUnigramCandidateSampler", {"vocab_file": "/etc/passwd"}, True),
        ("FixedUnigramCandidateSampler", {"vocab_file": ""}, False),
    ],
)
def test_some_operations_touch_files_where_a_setting_names_one(
    tmp_path: Path, type_: str, settings: dict[str, str], is_told: bool
) -> None:
    found = pieces_in(tmp_path, *RELU, node("odd", type_, "go", **settings))
    assert bool(found) == is_told


def test_a_saved_model_that_only_computes_holds_no_code(tmp_path: Path) -> None:
    assert not pieces_in(tmp_path, *RELU, constant("c", FLOAT, []))
