"""Strangers wrote the model: code in it is shown and not run, names in it are only text."""

from __future__ import annotations

import base64
import marshal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphscope.graph import Graph, to_json
from graphscope.graph.code import code_of
from graphscope.readers.keras.code.collecting import MAX_BYTECODE, MAX_PIECES
from tests.support.archives import call, functional, input_layer, layer, sequential, write_archive
from tests.unit.readers.conftest import ReadModel

LAMBDA = {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None}}
FUNCTION = {"module": "os", "class_name": "function", "config": "mkdir", "registered_name": "mkdir"}


def one_layer(made: dict[str, Any]) -> dict[str, Any]:
    return functional([input_layer("x", 4), made], inputs="x", outputs="made")


def code_notes(graph: Graph) -> list[str]:
    return [note.message for note in graph.notes if note.code == "contains-code"]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (layer("Lambda", "made", "x", function=LAMBDA), "holds a Python function"),
        (layer("Dense", "made", "x", units=2, activation=LAMBDA), "function as bytecode"),
        (layer("Dense", "made", "x", units=2, kernel_initializer=LAMBDA), "function as bytecode"),
        (layer("Dense", "made", "x", units=2, activation=FUNCTION), "function 'os.mkdir'"),
        (layer("TFSMLayer", "made", "x", filepath="/tmp"), "SavedModel from another path"),
        (
            layer("TimeDistributed", "made", "x", layer=layer("Lambda", "in", function=LAMBDA)),
            "holds",
        ),
        (
            layer("Custom", "made", "x", thing={"module": "pathlib", "class_name": "Path",
                                                "config": {}}),
            "a reference to the class 'pathlib.Path'",
        ),
    ],
)  # fmt: skip
def test_code_is_noted_at_its_layer(
    read_model: ReadModel, made: dict[str, Any], expected: str
) -> None:
    graph = read_model(one_layer(made))
    (message,) = code_notes(graph)
    assert expected in message
    assert graph.node_by_id["made"].attributes["contains_code"] is True


def test_equal_settings_are_code_in_each_layer_that_has_them(read_model: ReadModel) -> None:
    harmless = {"module": "keras.initializers", "class_name": "Zeros", "config": {}}
    settings = {"units": 2, "bias_initializer": harmless}
    graph = read_model(
        functional(
            [
                input_layer("x", 4),
                layer("Dense", "plain", "x", **settings),
                layer("Dense", "one", "plain", **settings, activation=dict(FUNCTION)),
                layer("Dense", "two", "one", **settings, activation=dict(FUNCTION)),
            ],
            inputs="x",
            outputs="two",
        )
    )
    assert [code.subject for code in code_of(graph)] == ["layer:model/one", "layer:model/two"]


def test_code_in_a_nested_model_is_noted_at_the_layer_inside(read_model: ReadModel) -> None:
    inner = functional(
        [input_layer("a", 4), layer("Lambda", "hidden", "a", function=LAMBDA)],
        inputs="a",
        outputs="hidden",
        name="made",
        calls=["x"],
    )
    graph = read_model(functional([input_layer("x", 4), inner], inputs="x", outputs=("made", 1)))
    assert [note.subject for note in graph.notes if note.code == "contains-code"] == [
        "layer:model/made/hidden"
    ]


def test_code_in_the_compile_settings_is_noted(read_model: ReadModel) -> None:
    document = {**sequential(input_layer("x", 4)), "compile_config": {"loss": LAMBDA}}
    assert "compile settings hold a Python function" in code_notes(read_model(document))[0]


@pytest.mark.parametrize(
    "config",
    [
        {"kernel_initializer": {"module": "keras.initializers", "class_name": "Zeros",
                                "config": {}, "registered_name": None}},
        {"activation": "relu"},
        {"policy": {"module": "mine", "class_name": "Policy", "config": {},
                    "registered_name": "my_package>Policy"}},
    ],
)  # fmt: skip
def test_what_keras_writes_itself_is_no_code(read_model: ReadModel, config: dict[str, Any]) -> None:
    assert not code_notes(read_model(one_layer(layer("Dense", "made", "x", units=2, **config))))


def test_a_call_without_tensors_opens(read_model: ReadModel) -> None:
    made = layer("Lambda", "made", function=FUNCTION)
    made["inbound_nodes"] = [{"args": ["/tmp/never"], "kwargs": {}}]
    graph = read_model(one_layer(made))
    assert graph.node_by_id["made"].attributes["arguments"] == {"0": "/tmp/never"}
    assert not graph.edges


NAMES = [
    "<script>alert(1)</script>",
    "a/b#c%d",
    "\u202egnp",
    "密集层",
    "line\nbreak",
    "__proto__",
    " ",
    "../../etc/passwd",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_come_through(read_model: ReadModel, name: str) -> None:
    graph = read_model(
        functional(
            [input_layer("x", 4), layer("Dense", name, "x", units=2)], inputs="x", outputs=name
        )
    )
    assert graph.nodes[1].name == name
    assert "/" not in graph.nodes[1].id


def test_broken_and_endless_names_are_repaired(read_model: ReadModel) -> None:
    endless = "n" * 100_000
    graph = read_model(
        functional(
            [
                input_layer("x", 4),
                layer("Dense", "a\ud800b", "x", units=2),
                layer("Dense", endless, "a\ud800b", units=2),
            ],
            inputs="x",
            outputs=endless,
            name=endless,
        )
    )
    assert [node.name for node in graph.nodes[1:]] == ["a\ufffdb", "n" * 255 + "…"]
    assert len(to_json(graph).encode()) < 20_000


def test_huge_and_odd_values_are_shortened(read_model: ReadModel) -> None:
    graph = read_model(
        one_layer(
            layer(
                "Custom",
                "made",
                call("x", numbers=list(range(5000))),
                text="t" * 10_000,
                nothing=float("nan"),
                endless=float("-inf"),
            )
        )
    )
    config = graph.layer_by_id["layer:model/made"].config
    assert config["text"].endswith("… (10,000 characters)")
    assert (config["nothing"], config["endless"]) == ("nan", "-inf")
    assert graph.node_by_id["made"].attributes["arguments"]["numbers"][-1] == "… (5,000 items)"
    assert "2 long values" in next(n.message for n in graph.notes if n.code == "value-shortened")
    to_json(graph)


GUARDED = """
import sys
from graphscope.readers.keras.archive_file import read
import h5py, tempfile
allowed = {path}

def guard(event, args):
    if event in ("exec", "marshal.loads", "pickle.find_class", "subprocess.Popen", "os.system"):
        raise SystemExit(f"{{event}} during a read")
    if event.startswith("socket."):
        raise SystemExit(f"{{event}} during a read")
    if event == "import" and args[0].split(".")[0] in ("keras", "tensorflow", "mine", "networkx"):
        raise SystemExit(f"import of {{args[0]}}")
    if event == "open" and isinstance(args[0], str) and args[0] != allowed:
        raise SystemExit(f"{{args[0]}} was opened")

read(allowed)  # what is imported late is imported now
sys.addaudithook(guard)
print(read(allowed))
"""


def test_nothing_is_run_imported_or_opened_but_the_file(tmp_path: Path) -> None:
    made = layer("Lambda", "made", "x", function=LAMBDA, module="mine")
    path = write_archive(tmp_path / "model.keras", one_layer(made), weights={"": []})
    done = subprocess.run(
        [sys.executable, "-c", GUARDED.format(path=repr(str(path)))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("<Graph 'model': 2 nodes")


def test_h5py_is_imported_for_weights_only(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "model.keras", sequential(input_layer("x", 4)))
    program = (
        "import sys; from graphscope.readers.keras.archive_file import read; "
        f"read({str(path)!r}); print({{'h5py', 'numpy', 'keras'}} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def pieces(graph: Graph) -> list[tuple[str, str, str]]:
    return [(code.kind.value, code.place, code.name) for code in code_of(graph)]


OWN = {"class_name": "Mine", "config": {}, "module": "net", "registered_name": "pkg>Mine"}
BYTES = "4wEAAAAAAAAAAAAAAAIAAAADAAAA8wwAAACXAHwAZAF6BQAAUwApAk7pAgAAAKkAKQHaAXhzAQAAACA="


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (layer("Lambda", "made", "x", function=[BYTES, None, None]), ["function"]),
        (layer("Lambda", "made", "x", function=["nonsense", None, None]), ["function"]),
        (
            layer("Lambda", "made", "x", function="abs", function_type="function",
                  output_shape=["zz", None, None], output_shape_type="lambda"),
            ["output_shape"],
        ),
        (layer("Custom", "made", "x", deep=[{"a": {"config": [BYTES]}}]), ["deep.0.a"]),
        (layer("Custom", "made", "x", hidden=BYTES), ["hidden"]),
        (layer("Dense", "made", "x", units=2, activation={"class_name": "__lambda__",
                                                          "config": {"value": BYTES}}),
         ["activation"]),
    ],
)  # fmt: skip
def test_bytecode_is_found_wherever_it_stands(
    read_model: ReadModel, made: dict[str, Any], expected: list[str]
) -> None:
    found = [code for code in code_of(read_model(one_layer(made))) if code.kind == "bytecode"]
    assert [code.place for code in found] == expected
    assert all(code.text for code in found)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (layer("StringLookup", "made", "x", vocabulary="words.txt"),
         [("file", "vocabulary", "words.txt")]),
        (layer("StringLookup", "made", "x", vocabulary=["/etc/passwd", "http://a"]), []),
        (layer("Custom", "made", "x", origin="https://example.org/a"),
         [("file", "origin", "https://example.org/a")]),
        (layer("Custom", "made", "x", cache="C:\\weights", mode="a/b", text="/"),
         [("file", "cache", "C:\\weights")]),
        (layer("Lambda", "made", call("x", origin="x"), function=OWN),
         [("custom", "function", "Mine")]),
        (layer("Dense", "made", "x", units=2, activation=OWN), [("custom", "activation", "Mine")]),
        (layer("Custom", "made", "x", module="keras_hub.src.layers"), []),
        (layer("Custom", "made", "x", module="net"), [("reference", "", "Custom")]),
        ({**layer("Custom", "made", "x", module="net"), "registered_name": "Custom"},
         [("custom", "", "Custom")]),
        ({**layer("Popen", "made", "x", module="subprocess"), "registered_name": "Popen"},
         [("reference", "", "Popen")]),
        ({**layer("os.mkdir", "made", "x", module=""), "registered_name": None},
         [("reference", "", "os.mkdir")]),
        (layer("Dense", "made", "x", units=2, activation={
            "class_name": "function", "module": "builtins", "config": "relu"}), []),
        (layer("Dense", "made", "x", units=2, activation={
            "class_name": "function", "module": "builtins", "config": "eval"}),
         [("reference", "activation", "eval")]),
        (layer("Dense", "made", "x", units=2, activation={
            "class_name": "function", "module": "builtins", "config": "pkg>mine"}),
         [("custom", "activation", "pkg>mine")]),
        (layer("Dense", "made", "x", units=2, activation={
            "class_name": "function", "module": "keras.utils", "config": "get_file"}),
         [("reference", "activation", "get_file")]),
        (layer("Dense", "made", "x", units=2, activation={
            "class_name": "function", "module": "keras.ops", "config": "tanh"}), []),
    ],
)  # fmt: skip
def test_what_is_named_is_told_by_kind_and_place(
    read_model: ReadModel, made: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert pieces(read_model(one_layer(made))) == expected


def test_paths_among_the_arguments_of_a_call_are_told(read_model: ReadModel) -> None:
    made = layer("Lambda", "made", function=FUNCTION)
    made["inbound_nodes"] = [{"args": ["/tmp/never"], "kwargs": {"inner": {"a": [LAMBDA]}}}]
    assert pieces(read_model(one_layer(made))) == [
        ("reference", "function", "mkdir"),
        ("file", "argument 0", "/tmp/never"),
        ("bytecode", "argument inner.a.0", ""),
    ]


def test_a_class_of_its_users_own_is_no_reason_for_a_note(read_model: ReadModel) -> None:
    made = {**layer("Mine", "made", "x", module="net"), "registered_name": "pkg>Mine"}
    graph = read_model(one_layer(made))
    assert not code_notes(graph)
    assert "contains_code" not in graph.node_by_id["made"].attributes


def test_code_of_a_wrapped_layer_is_told_once(read_model: ReadModel) -> None:
    made = layer("TimeDistributed", "made", "x", layer=layer("Lambda", "in", function=LAMBDA))
    graph = read_model(one_layer(made), weights={"layers/time_distributed/layer": [(2,)]})
    assert pieces(graph) == [("bytecode", "layer.function", "")]


def test_the_same_function_in_many_layers_has_an_end(read_model: ReadModel) -> None:
    layers = [layer("Lambda", f"l{i}", "x", function=dict(LAMBDA)) for i in range(MAX_PIECES + 5)]
    graph = read_model(functional([input_layer("x", 4), *layers], inputs="x", outputs="x"))
    assert len(code_of(graph)) == MAX_PIECES
    assert "5 further pieces of code" in code_notes(graph)[-1]


def test_a_file_that_is_full_of_bytecode_is_listed_up_to_a_limit(read_model: ReadModel) -> None:
    code = base64.b64encode(marshal.dumps((lambda x: x).__code__) + bytes(100_000)).decode()
    count = MAX_BYTECODE // len(code) + 3
    layers = [layer("Lambda", f"l{i}", "x", function=[code, None, None]) for i in range(count)]
    graph = read_model(functional([input_layer("x", 4), *layers], inputs="x", outputs="x"))
    texts = [code.text for code in code_of(graph)]
    assert texts[0].startswith("Not Python bytecode that can be listed: 100,000 bytes follow")
    assert texts[-1] == "Not listed: the file holds too much code."
