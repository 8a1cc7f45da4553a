"""What Keras 2 kept of its layers beside the graph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphscope.graph import Graph
from graphscope.graph.code import CodeKind, code_of
from graphscope.readers.tensorflow.saved_model import read
from tests.support.tensorflow_files import (
    FLOAT,
    RESOURCE,
    Function,
    Type,
    data,
    function,
    graph,
    mapping,
    meta_graph,
    node,
    number,
    placeholder,
    shape,
    signature,
    variable,
    write_saved_model,
)
from tests.support.tensorflow_files import read as read_variable

F = Type(FLOAT)
LAMBDA = {
    "class_name": "__tuple__",
    "items": [
        "4wEAAAAAAAAAAAAAAAIAAAADAAAA8wwAAACXAHwAZAF6BQAAUwApAk7nAAAAAAAAAECpACkB2gF0\n"
        "cwEAAAAg+g8vdG1wL3gtQzIvazIucHn6CDxsYW1iZGE+cgYAAAAHAAAAcwoAAACAAJBRkHKRVIAA\n8wAAAAA=\n",
        None,
        None,
    ],
}
"""A stored function: `lambda t: t * 2.0`."""

READ = "net/first/inner/MatMul/ReadVariableOp"
BODY = function(
    "f", {"v": FLOAT, "w": RESOURCE}, {"r": "net/twice/mul:z:0"},
    [
        read_variable(READ, "w"),
        node("net/first/inner/MatMul", "MatMul", "v", f"{READ}:value:0", T=F),
        node("net/first/add", "AddV2", "net/first/inner/MatMul:product:0", "v", T=F),
        node("net/twice/mul", "Mul", "net/first/add:z:0", "net/first/add:z:0", T=F),
    ],
)  # fmt: skip

Layers = dict[str, dict[str, Any]]


def layer(class_name: str, name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "name": name, "config": {"name": name, **config}}


LAYERS: Layers = {
    "root": layer("Net", "net"),
    "root.first": layer(
        "Block", "first", units=2, size={"class_name": "__tuple__", "items": [3, 4]}
    ),
    "root.first.inner": layer("Dense", "inner", units=2),
    "root.twice": layer("Lambda", "twice", function=LAMBDA, function_type="lambda"),
    "root.gone": layer("Dropout", "gone", rate=0.5),
}
NUMBERS = {path: number for number, path in enumerate(LAYERS)}


def keras_object(number_: int, path: str, text: str, identifier: str) -> bytes:
    found = number(2, number_) + data(3, path) + data(4, identifier) + data(5, text)
    return data(1, found)


def saved_object(
    children: dict[str, int], text: str = "", identifier: str = "_tf_keras_layer"
) -> bytes:
    links = b"".join(
        data(1, number(1, target) + data(2, name)) for name, target in children.items()
    )
    return links + data(4, data(1, identifier) + (data(3, text) if text else b""))


def objects(*, described: bool = False) -> bytes:
    """The tree of a model: `first` holds `inner`, which owns the kernel."""
    children: dict[str, dict[str, int]] = {
        "root": {"first": 1, "twice": 3, "gone": 4},
        "root.first": {"inner": 2},
        "root.first.inner": {"kernel": 5},
        "root.twice": {},
        "root.gone": {},
    }
    texts = {path: json.dumps(LAYERS[path]) if described else "" for path in LAYERS}
    nodes = [saved_object(children[path], texts[path]) for path in LAYERS]
    nodes.append(data(7, number(1, FLOAT) + data(2, shape([4, 2])) + data(6, "odd/kernel")))
    captured = mapping(2, {"f": data(2, bytes([len(LAYERS)]))})
    return b"".join(data(1, each) for each in nodes) + captured


def write(
    tmp_path: Path, layers: Layers | None = None, *, described: bool = False, raw: bytes = b""
) -> Graph:
    """A model of two layers, whose name scopes alone tell little."""
    definition = graph(
        placeholder("x", None, 4),
        variable("kernel", 4, 2),
        node("call", "StatefulPartitionedCall", "x", "kernel", f=Function("f"), Tout=[F]),
        functions=[BODY],
    )
    serving = signature({"x": "x:0"}, {"y": "call:0"})
    folder = write_saved_model(
        tmp_path / "model",
        meta_graph(definition, {"serve": serving}, objects=objects(described=described)),
    )
    if layers is not None or raw:
        found = b"".join(
            keras_object(NUMBERS.get(path, 0), path, json.dumps(each), "_tf_keras_layer")
            for path, each in (layers or {}).items()
        )
        (folder / "keras_metadata.pb").write_bytes(found + raw)
    return read(folder)


def notes(found: Graph) -> dict[str, str]:
    return {note.code: note.message for note in found.notes}


@pytest.mark.parametrize("in_tree", [False, True], ids=["beside", "in-tree"])
def test_layers_have_the_names_classes_and_configs_that_keras_gave_them(
    tmp_path: Path, in_tree: bool
) -> None:
    found = write(tmp_path, None if in_tree else LAYERS, described=in_tree)
    assert {each.name: each.class_name for each in found.layers} == {
        "net": "Net",
        "first": "Block",
        "inner": "Dense",
        "twice": "Lambda",
    }
    by_name = {each.name: each for each in found.layers}
    assert by_name["first"].config["size"] == [3, 4]
    assert by_name["inner"].config["units"] == 2
    assert by_name["inner"].parent == by_name["first"].id
    assert [scope.name for scope in found.scopes if scope.layer] == [
        "net", "first", "inner", "twice"
    ]  # fmt: skip


def test_layers_without_operations_are_counted(tmp_path: Path) -> None:
    message = notes(write(tmp_path, LAYERS))["layers-without-operations"]
    assert message == "1 layer of the model leaves no operation in the graph: 'gone' (Dropout)."


def test_without_descriptions_layers_are_counted_all_the_same(tmp_path: Path) -> None:
    found = notes(write(tmp_path))
    assert (
        "no operation in the graph, as inputs and dropout do" in found["layers-without-operations"]
    )


def test_bytecode_in_a_config_is_code_of_its_layer(tmp_path: Path) -> None:
    found = write(tmp_path, LAYERS)
    (piece,) = (each for each in code_of(found) if each.kind is CodeKind.BYTECODE)
    twice = next(each for each in found.layers if each.name == "twice")
    assert piece.subject == twice.id
    assert "BINARY_OP" in piece.text
    assert "Keras 2 makes a function of it" in piece.effect


def test_a_class_of_its_users_own_is_code_by_name(tmp_path: Path) -> None:
    named = {each.name for each in code_of(write(tmp_path, LAYERS)) if each.is_custom}
    assert named == {"Net", "Block"}


def test_code_that_only_the_config_of_the_model_holds_is_found(tmp_path: Path) -> None:
    hidden = layer("Lambda", "twice", function=LAMBDA, function_type="lambda")
    inside = {**hidden, "inbound_nodes": [[["x", 0, 0, {}]]]}
    start = {**layer("InputLayer", "x", batch_input_shape=[None, 4]), "inbound_nodes": []}
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [["twice", 0, 0]]}
    root = layer("Functional", "net", layers=[start, inside], **ends)
    found = write(tmp_path, {**LAYERS, "root": root, "root.twice": layer("Activation", "twice")})
    assert [each.kind for each in code_of(found)].count(CodeKind.BYTECODE) == 1
    # What the layer itself holds as well is told once.
    both = write_again(tmp_path, {**LAYERS, "root": root})
    assert [each.kind for each in code_of(both)].count(CodeKind.BYTECODE) == 1


def write_again(tmp_path: Path, layers: Layers) -> Graph:
    (tmp_path / "again").mkdir()
    return write(tmp_path / "again", layers)


def test_code_is_found_wherever_the_path_of_its_layer_leads(tmp_path: Path) -> None:
    layers = {**LAYERS, "nowhere.at.all": LAYERS["root.twice"]}
    del layers["root.twice"]
    assert CodeKind.BYTECODE in [each.kind for each in code_of(write(tmp_path, layers))]


def test_a_loss_that_is_a_function_of_python_is_told(tmp_path: Path) -> None:
    root = {**LAYERS["root"], "training_config": {"loss": LAMBDA}}
    found = write(tmp_path, {**LAYERS, "root": root})
    places = [each.place for each in code_of(found) if each.kind is CodeKind.BYTECODE]
    assert "training_config.loss" in places


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff",
        data(1, b"\xff"),
        keras_object(0, "root", "{", ""),
        keras_object(0, "root", "[]", ""),
    ],
)
def test_what_is_damaged_is_told_and_the_graph_is_shown(tmp_path: Path, raw: bytes) -> None:
    found = write(tmp_path, raw=raw)
    assert "keras-metadata-unreadable" in notes(found)
    assert len(found.nodes) == 4


@pytest.mark.parametrize(
    "text",
    [
        {"class_name": 5, "name": ["x"], "config": {"name": 3}},
        {"config": 3},
        {"class_name": "Dense", "name": "\ud800", "config": {"units": {"class_name": "__tuple__"}}},
        {"class_name": "Functional", "config": {"layers": [1], "input_layers": 4}},
    ],
)
def test_descriptions_of_any_kind_end_in_a_graph(tmp_path: Path, text: dict[str, Any]) -> None:
    assert len(write(tmp_path, {"root": text, "root.first": text, "other": text}).nodes) == 4


def test_metadata_behind_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, LAYERS)
    file = tmp_path / "model" / "keras_metadata.pb"
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    found = read(tmp_path / "model")
    assert "a link that leads out" in notes(found)["keras-metadata-unreadable"]
    assert not any(each.config for each in found.layers)


def test_many_broken_descriptions_are_told_in_one_note(tmp_path: Path) -> None:
    path = "root" + ".x" * 5_000
    raw = b"".join(keras_object(number_, path, "{", "") for number_ in range(50))
    found = [note for note in write(tmp_path, raw=raw).notes if "keras" in note.code]
    assert len(found) == 1
    assert "49 more" in found[0].message
    assert len(found[0].message) < 500


@pytest.mark.parametrize("class_name", [["__tuple__"], {"a": 1}, 7])
def test_a_setting_whose_class_is_no_text_is_kept_as_it_is(
    tmp_path: Path, class_name: object
) -> None:
    odd = layer("Block", "first", units=2, size={"class_name": class_name, "items": [3]})
    found = write(tmp_path, {**LAYERS, "root.first": odd})
    by_name = {each.name: each for each in found.layers}
    assert by_name["first"].config["units"] == 2
