"""Graphs out of TensorBoard's event files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphscope.errors import ReadError
from graphscope.graph import Graph
from graphscope.readers.tensorflow.events import read
from tests.support.protobuf import field, frame, write_frames

DENSE = {"class_name": "Dense", "module": "keras.layers", "config": {"name": "out", "units": 2}}
INPUT = {
    "class_name": "InputLayer",
    "module": "keras.layers",
    "config": {"name": "in", "batch_shape": [None, 4]},
}


def config(name: str = "net") -> str:
    document: dict[str, Any] = {
        "class_name": "Sequential",
        "module": "keras",
        "config": {"name": name, "layers": [INPUT, DENSE]},
    }
    return json.dumps(document)


def graph_def(op: str = "Relu") -> bytes:
    source = field(1, "x") + field(2, "Placeholder")
    target = field(1, "y") + field(2, op) + field(3, "x")
    return field(1, source) + field(1, target)


def summary(plugin: str, content: str | bytes) -> bytes:
    value = field(1, "tag") + field(8, field(8, content)) + field(9, field(1, field(1, plugin)))
    return field(5, field(1, value))


def event(content: bytes) -> bytes:
    return frame(field(1, 100.0) + field(2, 3) + content)


KERAS = event(summary("graph_keras_model", config()))
GRAPH = event(field(4, graph_def()))
META = event(field(9, field(1, b"") + field(2, graph_def("Tanh"))))
STEP = event(field(8, field(1, "step1") + field(2, field(3, graph_def("Exp")))))
EXPORTED = event(
    summary("graph_run_metadata_graph", field(4, field(2, graph_def("Neg")) + field(1, b"")))
)
OPTIMIZED = event(
    summary(
        "graph_run_metadata_graph",
        field(3, graph_def("_MklTanhOrAnotherLongName"))
        + field(4, field(2, graph_def("Tanh")) + field(1, graph_def("_MklTanh"))),
    )
)
SCALAR = event(field(5, field(1, field(1, "loss"))))


def types(graph: Graph) -> set[str]:
    return {node.type for node in graph.nodes}


def test_the_keras_model_is_shown_and_the_others_are_named(tmp_path: Path) -> None:
    write_frames(tmp_path / "train", SCALAR, GRAPH, KERAS, GRAPH, STEP)
    graph = read(tmp_path)
    assert graph.name == "net"
    assert graph.metadata["format"] == "tensorboard events"
    assert graph.layers[-1].class_name == "Dense"
    (note,) = [note for note in graph.notes if note.code == "other-graphs"]
    assert note.message == (
        "The event files also hold a graph of operations (2 times), a graph of a profiled step; "
        "not shown."
    )


@pytest.mark.parametrize(
    ("record", "op"),
    [(GRAPH, "Relu"), (META, "Tanh"), (STEP, "Exp"), (EXPORTED, "Neg"), (OPTIMIZED, "Tanh")],
)
def test_a_graph_of_operations_is_read_from_wherever_it_is(
    record: bytes, op: str, tmp_path: Path
) -> None:
    path = write_frames(tmp_path, SCALAR, record)
    assert op in types(read(path))
    assert not [note for note in read(path).notes if note.code == "other-graphs"]


def test_the_newest_of_several_is_shown(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.1.host").write_bytes(GRAPH)
    (tmp_path / "events.out.tfevents.2.host").write_bytes(event(field(4, graph_def("Sin"))))
    assert "Sin" in types(read(tmp_path))


def test_a_model_that_cannot_be_read_gives_way_to_the_graph(tmp_path: Path) -> None:
    write_frames(tmp_path, event(summary("graph_keras_model", '{"class_name": 3')), GRAPH)
    graph = read(tmp_path)
    assert "Relu" in types(graph)
    (note,) = [note for note in graph.notes if note.code == "graph-unreadable"]
    assert note.message.startswith("a Keras model is left out: The Keras model in 'events.out")


def test_where_nothing_can_be_read_the_first_reason_is_told(tmp_path: Path) -> None:
    write_frames(tmp_path, event(summary("graph_keras_model", "[]")), event(field(4, b"\xff")))
    with pytest.raises(ReadError, match="holds a list instead of an object"):
        read(tmp_path)


def test_damage_is_told_and_does_not_hide_the_graph(tmp_path: Path) -> None:
    damaged = bytearray(SCALAR)
    damaged[14] ^= 1
    write_frames(tmp_path, bytes(damaged), frame(b"\xff"), KERAS, SCALAR[:-3])
    told = [note.message for note in read(tmp_path).notes if note.code == "events-damaged"]
    assert told == [
        "events.out.tfevents.1.host: damaged records are left out: 1.",
        "events.out.tfevents.1.host: the last record is not whole; the file may still be written.",
        "events.out.tfevents.1.host: records that are no events are left out: 1.",
    ]


def test_a_log_without_a_graph_says_what_to_do(tmp_path: Path) -> None:
    path = write_frames(tmp_path, SCALAR)
    for place in (path, tmp_path):
        with pytest.raises(ReadError) as caught:
            read(place)
        assert caught.value.message.endswith("holds no graph.")
        assert "graphscope info" in caught.value.remedy


def test_code_in_a_logged_model_is_noted(tmp_path: Path) -> None:
    lambda_layer = {
        "class_name": "Lambda",
        "module": "keras.layers",
        "config": {
            "name": "bad",
            "function": {"class_name": "__lambda__", "config": {"code": "4wEA"}},
        },
    }
    document = {
        "class_name": "Sequential",
        "config": {"name": "net", "layers": [INPUT, lambda_layer]},
    }
    write_frames(tmp_path, event(summary("graph_keras_model", json.dumps(document))))
    assert "contains-code" in {note.code for note in read(tmp_path).notes}


def test_a_pipe_among_the_files_is_never_opened(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "events.out.tfevents.0.pipe")
    write_frames(tmp_path, GRAPH)
    assert "Relu" in types(read(tmp_path))
