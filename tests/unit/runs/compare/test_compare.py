"""What changed between runs, by value and by layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphscope.graph import to_json
from graphscope.graph.types import Layer
from graphscope.runs import LayerInfo, Run, Start
from graphscope.runs.compare import Change, compare_runs, differing, flatten
from tests.support.graphs import graph


def info(key: str, parameters: int = 10, class_name: str = "Dense", **more: Any) -> LayerInfo:
    return LayerInfo(key, key.rpartition("/")[2], class_name, parameters=parameters, **more)


def run(*layers: LayerInfo, name: str = "a", **fields: Any) -> Run:
    return Run(name, "nowhere", Start(name, "w", 0.0, layers=layers, **fields))


def changes(before: Run, after: Run) -> list[tuple[str, str | None, str | None, list[str]]]:
    return [
        (
            each.kind,
            each.before.key if each.before else None,
            each.after.key if each.after else None,
            [str(change) for change in each.changes],
        )
        for each in compare_runs(before, after).layers
    ]


def test_values_are_told_by_their_paths_before_and_after() -> None:
    before = {"optimizer": {"class": "SGD", "learning_rate": 0.1, "momentum": 0.9}, "loss": "mse"}
    after = {"optimizer": {"class": "Adam", "learning_rate": 0.1, "beta_1": 0.9}, "loss": "mse"}
    found = compare_runs(run(config=before), run(config=after)).config
    assert found == (
        Change("optimizer.beta_1", "added", after=0.9),
        Change("optimizer.class", "changed", "SGD", "Adam"),
        Change("optimizer.momentum", "removed", before=0.9),
    )
    assert [str(change) for change in found] == [
        "optimizer.beta_1: 0.9 (new)",
        "optimizer.class: SGD -> Adam",
        "optimizer.momentum: 0.9 (gone)",
    ]


def test_where_it_ran_is_compared_too() -> None:
    before, after = {"keras": "3.14", "git_commit": "abc"}, {"keras": "3.15", "git_commit": "abc"}
    found = compare_runs(run(environment=before), run(environment=after)).environment
    assert found == (Change("keras", "changed", "3.14", "3.15"),)


def test_objects_as_keras_serialises_them_are_their_class_and_configuration() -> None:
    value = {
        "rate": {
            "module": "keras.optimizers.schedules",
            "class_name": "ExponentialDecay",
            "config": {"decay_steps": 100, "shape": [1, 2]},
            "registered_name": None,
        },
        "losses": [{"class_name": "Huber", "config": {"delta": 1.0}}, "mse"],
    }
    assert flatten(value) == {
        "rate": "ExponentialDecay",
        "rate.decay_steps": 100,
        "rate.shape": [1, 2],
        "losses[0]": "Huber",
        "losses[0].delta": 1.0,
        "losses[1]": "mse",
    }


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        ({"a": True}, {"a": 1}, True),
        ({"a": 1}, {"a": 1.0}, False),
        ({"model": {"name": "sequential"}}, {"model": {"name": "sequential_4"}}, False),
        ({"model": {"name": "small"}}, {"model": {"name": "large"}}, True),
        ({"a": None}, {}, True),
    ],
)
def test_what_counts_as_a_difference(before: Any, after: Any, differs: bool) -> None:
    assert bool(compare_runs(run(config=before), run(config=after)).config) is differs


def test_a_table_needs_only_what_differs_among_its_runs() -> None:
    configs = [{"lr": 0.1, "epochs": 5}, {"lr": 0.1, "epochs": 9}, {"lr": 0.1, "seed": 1}]
    assert differing(configs) == {"epochs": [5, 9, None], "seed": [None, None, 1]}
    assert differing([]) == {}


def test_layers_are_matched_by_key() -> None:
    before = run(info("net/a"), info("net/b"), info("net/c", 30))
    after = run(info("net/a"), info("net/new", 5, "Dropout"), info("net/c", 60, "LSTM"))
    assert changes(before, after) == [
        ("added", None, "net/new", []),
        ("removed", "net/b", None, []),
        (
            "changed",
            "net/c",
            "net/c",
            ["class: Dense -> LSTM", "parameters: 30 -> 60"],
        ),
    ]


@pytest.mark.parametrize(
    "keys",
    [
        ("sequential_3/dense_7", "sequential_3/dense_8"),
        ("sequential/dense_1", "sequential/dense_2"),
        ("sequential/dense_9", "sequential/dense_10"),
    ],
)
def test_a_model_made_twice_in_one_process_did_not_change(keys: tuple[str, str]) -> None:
    before = run(info("sequential/dense", 10), info("sequential/dense_1", 20))
    after = run(info(keys[0], 10), info(keys[1], 21))
    assert changes(before, after) == [
        ("changed", "sequential/dense_1", keys[1], ["parameters: 20 -> 21"])
    ]


def test_numbers_that_users_gave_are_names() -> None:
    before = run(info("net/block_1", 10), info("net/block_3", 30))
    after = run(info("net/block_1", 10), info("net/block_2", 20), info("net/block_3", 30))
    assert changes(before, after) == [("added", None, "net/block_2", [])]


def test_a_layer_that_moved_did_not_change() -> None:
    before, after = run(info("a"), info("b"), info("c")), run(info("c"), info("a"), info("b"))
    assert changes(before, after) == []


def test_nothing_is_known_of_a_run_that_did_not_begin() -> None:
    comparison = compare_runs(Run("empty", "nowhere"), run(info("a"), config={"x": 1}))
    assert comparison.config == (Change("x", "added", after=1),)
    assert [change.kind for change in comparison.layers] == ["added"]
    assert comparison.notes[-1] == "Layers are compared by what the logs say of them."


def kept(folder: Path, config: dict[str, Any], text: str = "x -> dense -> relu") -> Run:
    """A run with its graph beside it, whose watched layer is the graph's only one."""
    from dataclasses import replace

    folder.mkdir()
    model = graph(text)
    layer = Layer("layer:net/dense", "dense", "Dense", config=config)
    nodes = tuple(
        replace(node, layer=layer.id) if "dense" in node.id else node for node in model.nodes
    )
    model = replace(model, nodes=nodes, layers=(*model.layers, layer))
    (folder / "graph.json").write_text(to_json(model))
    infos = (info("net/dense", graph_layer=layer.id),)
    return Run(folder.name, str(folder), Start(folder.name, "w", 0.0, layers=infos,
                                               graph="graph.json"))  # fmt: skip


def test_the_graph_says_what_the_log_does_not(tmp_path: Path) -> None:
    before = kept(tmp_path / "a", {"name": "dense", "units": 8, "bias": {"layers": 1}})
    after = kept(tmp_path / "b", {"name": "dense_1", "units": 16, "bias": {"layers": 1}})
    comparison = compare_runs(before, after)
    (change,) = (each for each in comparison.layers if each.kind == "changed")
    assert [str(each) for each in change.changes] == ["units: 8 -> 16"]
    assert comparison.marks("before") == {"layer:net/dense": "changed"}
    assert comparison.marks("after") == {"layer:net/dense": "changed"}
    assert comparison.notes == ()


def test_a_layer_that_gets_other_tensors_changed(tmp_path: Path) -> None:
    before = kept(tmp_path / "a", {})
    after = kept(tmp_path / "b", {}, "x -> norm -> dense -> relu")
    found = {path.path for each in compare_runs(before, after).layers for path in each.changes}
    assert "inputs" in found


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_a_graph_that_cannot_be_read_is_told_and_the_logs_are_compared(
    tmp_path: Path, content: str | None
) -> None:
    before, after = kept(tmp_path / "a", {"units": 8}), kept(tmp_path / "b", {"units": 16})
    file = tmp_path / "b" / "graph.json"
    file.unlink()
    if content is not None:
        file.write_text(content)
    comparison = compare_runs(before, after)
    assert comparison.layers == ()
    assert comparison.notes[0].startswith("The graph of b could not be read (")


def test_a_log_cannot_point_outside_of_its_folder(tmp_path: Path) -> None:
    from dataclasses import replace

    before = kept(tmp_path / "a", {})
    assert before.start is not None
    after = replace(before, location=str(tmp_path / "elsewhere"),
                    start=replace(before.start, graph="../a/graph.json"))  # fmt: skip
    assert "could not be read" in compare_runs(before, after).notes[0]
