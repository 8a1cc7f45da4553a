"""Of a broken model, all that could be placed is shown, and noted where it is broken."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from graphscope.analysis import take_inventory
from graphscope.errors import ReadError
from graphscope.exporters.drawing import make_drawing
from graphscope.graph import EdgeKind, Graph, to_json
from graphscope.readers.keras.archive_file import read, weight_parts
from graphscope.readers.keras.faults import MAX_NOTES
from graphscope.readers.keras.rings import find_ring
from tests.support.archives import (
    call,
    functional,
    input_layer,
    layer,
    sequential,
    write_archive,
)

X = input_layer("x", 4)


def dense(name: str, *sources: Any, **config: Any) -> dict[str, Any]:
    return layer("Dense", name, *sources, **{"units": 4, **config})


def fail(path: Path, document: Any, **options: Any) -> tuple[ReadError, Graph]:
    """Return the error and the graph that comes with it."""
    with pytest.raises(ReadError) as caught:
        read(write_archive(path / "model.keras", document, **options))
    error = caught.value
    assert len(str(error)) < 500
    assert isinstance(error.graph, Graph)
    return error, error.graph


def broken(graph: Graph) -> dict[str | None, str]:
    """Return the notes on what is broken, by their subjects."""
    return {note.subject: note.message for note in graph.notes if note.code == "broken"}


def edges(graph: Graph, kind: EdgeKind = EdgeKind.DATA) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in graph.edges if edge.kind is kind]


def test_a_cycle_is_drawn_and_noted_at_its_layers(tmp_path: Path) -> None:
    layers = [
        X,
        dense("a", "x"),
        layer("Add", "add", ["a", "c"]),
        dense("b", "add"),
        dense("c", "b"),
        dense("d", "c"),
    ]
    error, graph = fail(tmp_path, functional(layers, inputs="x", outputs="d"))
    assert error.message == "3 layers of model 'model' form a cycle: 'add' → 'b' → 'c' → 'add'."
    assert [node.name for node in graph.nodes] == ["x", "a", "add", "b", "c", "d"]
    assert edges(graph, EdgeKind.STATE) == [("c", "add")]
    assert set(broken(graph)) == {f"layer:model/{name}" for name in ("add", "b", "c")}
    assert graph.outputs[0].node == "d"


def test_the_shortest_ring_is_told(tmp_path: Path) -> None:
    long = [dense(f"l{index}", f"l{(index + 1) % 40}") for index in range(40)]
    short = [layer("Add", "p", ["q", "l0"]), dense("q", "p")]
    error, graph = fail(tmp_path, functional([X, *long, *short], inputs="x", outputs="q"))
    assert "2 layers of model 'model' form a cycle: 'p' → 'q' → 'p'." in error.message
    assert len(graph.nodes) == 43


def test_a_layer_that_takes_its_own_output(tmp_path: Path) -> None:
    error, graph = fail(tmp_path, functional([X, dense("a", "a")], inputs="x", outputs="a"))
    assert error.message == "A layer of model 'model' forms a cycle: 'a' → 'a'."
    assert edges(graph, EdgeKind.STATE) == [("a", "a")]


def test_a_long_ring_is_told_in_few_words(tmp_path: Path) -> None:
    long = [dense("n" * 2_000 + str(i), "n" * 2_000 + str((i + 1) % 1_000)) for i in range(1_000)]
    error, graph = fail(tmp_path, functional([X, *long], inputs="x", outputs="x"))
    assert error.message.startswith("1,000 layers of model 'model' form a cycle: 'nnn")
    assert len(graph.nodes) == 1_001
    assert len(broken(graph)) == MAX_NOTES


@pytest.mark.parametrize(
    ("made", "subject", "expected"),
    [
        (dense("a", "ghost"), "a", "takes a tensor of layer 'ghost', which the model does not"),
        (dense("a", ("x", 3)), "a", "of call 3 of layer 'x', which has only call 0"),
        (dense("a", ("x", 0, 2)), "a", "'a' takes output 2 of layer 'x', which has only output 0"),
        (dense("a", ("x", 0, 10**40)), "a", "of output 1000"),
        (dense("a", "x", units="abc"), "a", "has units = 'abc'"),
        (dense("a", "x", units=-1), "a", "has units = -1"),
        ({**dense("a", "x"), "class_name": 7}, "a", "has the class 7, which is no name"),
        ({**dense("a", "x"), "inbound_nodes": "zzz"}, "a", "inbound_nodes hold 'zzz'"),
        ({**dense("a", "x"), "inbound_nodes": [1]}, "a", "inbound_nodes hold 1"),
        (
            dense("a", {"args": [{"class_name": "__keras_tensor__", "config": {}}], "kwargs": {}}),
            "a",
            "refers to a tensor as None",
        ),
    ],
)
def test_a_broken_layer_does_not_hide_the_others(
    tmp_path: Path, made: dict[str, Any], subject: str, expected: str
) -> None:
    layers = [X, made, dense("after", "a"), dense("beside", "x")]
    error, graph = fail(tmp_path, functional(layers, inputs="x", outputs=["after", "beside"]))
    assert expected in error.message
    assert expected in broken(graph)[f"layer:model/{subject}"]
    assert {"x", "a", "after", "beside"} <= {node.name for node in graph.nodes}
    assert ("x", "beside") in edges(graph)
    assert ("a", "after") in edges(graph)


def test_layers_of_one_name_are_both_shown(tmp_path: Path) -> None:
    layers = [X, dense("a", "x"), dense("a", "x"), dense("a", "a")]
    error, graph = fail(
        tmp_path,
        functional(layers, inputs="x", outputs="a"),
        weights={"layers/dense": [(4, 4), (4,)]},
    )
    assert "two layers named 'a'" in error.message
    assert [node.name for node in graph.nodes] == ["x", "a", "a (2)", "a (3)"]
    assert edges(graph) == [("x", "a"), ("x", "a (2)"), ("a", "a (3)")]


def test_what_is_no_layer_keeps_its_place(tmp_path: Path) -> None:
    entries: list[Any] = [X, 7, None, dense("a", "x")]
    document = functional(entries, inputs="x", outputs="a")
    error, graph = fail(tmp_path, document)
    assert "lists 7 among its layers" in error.message
    assert [node.name for node in graph.nodes] == ["x", "(layer 1)", "(layer 2)", "a"]
    assert "lists None among its layers" in broken(graph)["layer:model/(layer 2)"]


def test_nameless_layers_are_told_by_their_class(tmp_path: Path) -> None:
    nameless = {**dense("a", "x"), "name": None, "config": {"units": 2, "name": 5}}
    error, graph = fail(tmp_path, functional([X, nameless], inputs="x", outputs="x"))
    assert "A layer of the class 'Dense' has the name 5, which is no text." in error.message
    assert [node.name for node in graph.nodes] == ["x", "(layer 1)"]


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        ("x", "ghost", "names an output of layer 'ghost'"),
        ("ghost", "a", "names an input of layer 'ghost'"),
        ("x", ("a", 5), "names an output of call 5 of layer 'a'"),
    ],
)
def test_missing_ends_leave_the_model(
    tmp_path: Path, inputs: Any, outputs: Any, expected: str
) -> None:
    error, graph = fail(tmp_path, functional([X, dense("a", "x")], inputs=inputs, outputs=outputs))
    assert expected in error.message
    assert edges(graph) == [("x", "a")]
    assert broken(graph)["layer:model"] == error.message


def test_missing_parts_of_a_model_leave_the_rest(tmp_path: Path) -> None:
    document = functional([X, dense("a", "x")], inputs="x", outputs="a")
    del document["config"]["output_layers"]
    document["config"]["input_layers"] = 5
    error, graph = fail(tmp_path, document)
    assert error.message == "The functional model 'model' has no output_layers."
    assert [note.message for note in graph.notes if note.code == "broken"] == [
        error.message,
        "The input_layers of model 'model' hold 5, which is not [layer, call, output].",
    ]
    assert edges(graph) == [("x", "a")]


def test_a_model_without_layers_leaves_nothing(tmp_path: Path) -> None:
    document = functional([X], inputs="x", outputs="x")
    document["config"]["layers"] = "zzz"
    with pytest.raises(ReadError, match="instead of a list") as caught:
        read(write_archive(tmp_path / "model.keras", document))
    assert caught.value.graph is None


def test_a_broken_model_inside_another_does_not_hide_it(tmp_path: Path) -> None:
    inner = functional(
        [input_layer("i", 4), dense("p", "q"), dense("q", "p")],
        inputs="i",
        outputs="q",
        name="inner",
        calls=["x"],
    )
    document = functional([X, inner, dense("after", "inner")], inputs="x", outputs="after")
    error, graph = fail(tmp_path, document)
    assert "2 layers of model 'inner' form a cycle: 'p' → 'q' → 'p'." in error.message
    assert [node.id for node in graph.nodes] == ["x", "inner/i", "inner/p", "inner/q", "after"]
    assert ("inner/q", "after") in edges(graph)


def test_a_broken_layer_of_a_sequential_model(tmp_path: Path) -> None:
    document = sequential(X, layer("Dense", "a", units="abc"), layer("Dense", "b", units=2))
    error, graph = fail(tmp_path, document)
    assert "has units = 'abc'" in error.message
    shapes = [str(node.outputs[0]) for node in graph.nodes]
    assert shapes == ["B×4 float32", "?", "? float32"]


def test_a_setting_that_is_an_object_is_unknown_and_no_fault(tmp_path: Path) -> None:
    spec = {"class_name": "__typespec__", "spec_name": "mkdir", "module": "os", "config": ["/x"]}
    layers = [X, dense("a", "x", units={**spec, "registered_name": None})]
    graph = read(
        write_archive(tmp_path / "model.keras", functional(layers, inputs="x", outputs="a"))
    )
    assert graph.node_by_id["a"].outputs[0].shape is None
    assert any(note.code == "contains-code" for note in graph.notes)


def test_weights_of_a_broken_model_can_be_looked_at(tmp_path: Path) -> None:
    layers = [X, dense("a", "x"), dense("b", "ghost")]
    document = functional(layers, inputs="x", outputs="b")
    _, graph = fail(tmp_path, document, weights={"layers/dense": [(4, 4), (4,)]})
    parts = list(weight_parts(tmp_path / "model.keras", graph.weights[0].id, 1 << 20))
    assert sum(part.size for part in parts) == 16


def test_many_faults_are_counted(tmp_path: Path) -> None:
    layers = [dense(f"d{index}", f"ghost{index}") for index in range(200)]
    _, graph = fail(tmp_path, functional([X, *layers], inputs="x", outputs="x"))
    notes = [note for note in graph.notes if note.code == "broken"]
    assert len(notes) == MAX_NOTES + 1
    assert notes[-1].message == "150 more places are broken."


def test_what_is_shown_can_be_drawn_and_counted(tmp_path: Path) -> None:
    layers = [X, layer("Add", "a", ["x", "c"]), dense("b", "a"), dense("c", "b")]
    _, graph = fail(tmp_path, functional(layers, inputs="x", outputs="c"))
    assert make_drawing(graph)["items"]
    assert take_inventory(graph).consistency.ok


WHOLE = functional(
    [
        X,
        dense("a", "x"),
        layer("Add", "add", ["a", "x"]),
        functional(
            [input_layer("i", 4), dense("in", "i")],
            inputs="i", outputs="in", name="inner", calls=["add"],
        ),
        layer("LSTM", "rest", call(("inner", 1), mask=None), units=3, return_state=True),
    ],
    inputs=["x"],
    outputs={"out": "rest"},
)  # fmt: skip

ODD: list[Any] = [None, 7, -1, "", "zzz", [], {}, [[["x", 0, 0]]], 1e308, True, 10**30, ["x", 0, 9]]


def mutate(value: Any, random_: random.Random) -> None:
    """Change one place of a config, however deep."""
    places: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        keys = item.keys() if isinstance(item, dict) else range(len(item))
        places += [(item, key) for key in keys]
        waiting += [item[key] for key in keys if isinstance(item[key], (dict, list))]
    holder, key = random_.choice(places)
    if random_.random() < 0.2:
        del holder[key]
    else:
        holder[key] = copy.deepcopy(random_.choice([*ODD, holder[key], places[0][0]]))


@pytest.mark.parametrize("seed", range(300))
def test_any_change_gives_a_graph_or_an_error_with_what_is_left(tmp_path: Path, seed: int) -> None:
    random_ = random.Random(seed)
    document = copy.deepcopy(WHOLE)
    for _ in range(random_.randint(1, 4)):
        mutate(document, random_)
    path = write_archive(tmp_path / "model.keras", json.dumps(document))
    try:
        graph: Graph | None = read(path)
    except ReadError as error:
        assert len(str(error)) < 500
        graph = error.graph
    if graph is not None:
        to_json(graph)
        make_drawing(graph)


@pytest.mark.parametrize("seed", range(50))
def test_a_ring_is_a_ring_and_the_shortest(seed: int) -> None:
    import networkx as nx

    random_ = random.Random(seed)
    count = random_.randint(1, 12)
    sources = [
        {random_.randrange(count) for _ in range(random_.randint(1, 3))} for _ in range(count)
    ]
    graph = nx.DiGraph((source, index) for index, found in enumerate(sources) for source in found)
    ring = find_ring(sources, set(range(count)))
    assert all(graph.has_edge(a, b) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    assert len(ring) == min(len(cycle) for cycle in nx.simple_cycles(graph))
