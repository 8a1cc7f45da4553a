"""Comparisons of real models say what was changed in their source, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
from click.testing import CliRunner

import graphscope
from graphscope.analysis.diff import GraphDiff, compare_graphs
from graphscope.cli.root import cli
from graphscope.graph import Graph, to_json
from tests.tracing.diff.models import Stack, residual, transformer

# Keras writes weights by an old protocol of numpy.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def traced(make: Callable[..., keras.Model], *, ops: bool = True, **settings: Any) -> Graph:
    keras.backend.clear_session()
    inputs = keras.KerasTensor((None, 8)) if make is Stack else None
    return graphscope.trace(make(**settings), inputs, ops=ops)


def ids(changes: Any) -> list[str]:
    return [change.shown.id for change in changes]


def topics(found: GraphDiff) -> set[str]:
    return {fact.topic for change in found.changed for fact in change.facts}


@pytest.mark.parametrize("make", [transformer, residual, Stack])
@pytest.mark.parametrize("ops", [True, False])
def test_the_same_model_twice(make: Callable[..., keras.Model], ops: bool) -> None:
    assert not compare_graphs(traced(make, ops=ops), traced(make, ops=ops))


def test_operations_against_layers_alone() -> None:
    for make in (transformer, residual, Stack):
        found = compare_graphs(traced(make), traced(make, ops=False))
        assert not found, found.changes


def test_a_wider_model_in_every_block() -> None:
    found = compare_graphs(traced(transformer), traced(transformer, expansion=8))
    assert (found.added, found.removed) == ((), ())
    expanded = [change for change in found.changed if change.shown.id.endswith("_expand")]
    assert len(expanded) == 4
    for change in expanded:
        facts = {fact.name: (fact.before, fact.after) for fact in change.facts}
        assert facts["units"] == (128, 256)
        assert facts["kernel"] == ("32×128 float32", "32×256 float32")
        assert facts["output"] == ("B×16×128", "B×16×256")
    assert set(ids(found.changed)) == {
        f"layer_{index}_{part}" for index in range(4) for part in ("expand", "contract")
    }


def test_an_activation_in_every_block() -> None:
    found = compare_graphs(traced(transformer), traced(transformer, activation="relu"))
    assert ids(found.changed) == [f"layer_{index}_expand" for index in range(4)]


def test_a_block_more_at_the_end() -> None:
    found = compare_graphs(traced(transformer), traced(transformer, depth=5))
    assert {id_.rpartition("_")[0] for id_ in ids(found.added)} == {"layer_4"}
    assert (found.removed, ids(found.changed)) == ((), ["pool"])


def test_layers_of_another_name_throughout() -> None:
    found = compare_graphs(traced(transformer), traced(transformer, names="block"))
    assert (found.added, found.removed) == ((), ())
    assert topics(found) == {"name"}
    assert not compare_graphs(
        traced(transformer), traced(transformer, names="block"), ignore=["name"]
    )


def test_a_layer_taken_out() -> None:
    found = compare_graphs(traced(transformer), traced(transformer, norm_first_block=False))
    assert (found.added, ids(found.removed)) == ((), ["layer_0_norm"])
    assert topics(found) == {"wiring"}


def test_a_layer_put_in_where_keras_makes_up_names() -> None:
    found = compare_graphs(traced(residual), traced(residual, dropout=True))
    assert [change.shown.type for change in found.added] == ["Dropout"]
    assert (found.removed, len(found.changed)) == ((), 1)


def test_a_block_more_where_keras_makes_up_names() -> None:
    found = compare_graphs(traced(residual), traced(residual, blocks=5))
    assert sorted(change.shown.type for change in found.added) == [
        "Add",
        "BatchNormalization",
        "Conv2D",
        "ReLU",
    ]
    assert (found.removed, len(found.changed)) == ((), 1)


def test_a_layer_more_inside_one_block_of_a_subclassed_model() -> None:
    found = compare_graphs(traced(Stack), traced(Stack, gated=1))
    added = [change for change in found.added if change.shown.kind == "layer"]
    assert ids(added) == ["block_1/gate"]
    assert {change.path[-1] for change in (*found.added, *found.changed)} <= {"block_1", "/"}


def test_the_parameters_are_those_of_keras() -> None:
    found = compare_graphs(traced(transformer), traced(transformer, width=64))
    assert found.before.parameters == transformer().count_params()
    assert found.after.parameters == transformer(width=64).count_params()
    told = sum(
        fact.delta or 0
        for change in found.changed
        for fact in change.facts
        if fact.topic == "parameters"
    )
    assert told == found.after.parameters - found.before.parameters


def test_a_file_against_the_live_model(tmp_path: Path) -> None:
    model = transformer()
    model.save(tmp_path / "model.keras")
    found = graphscope.diff(tmp_path / "model.keras", model)
    assert not found, found.changes
    assert graphscope.diff(tmp_path / "model.keras", transformer(head=3)).changed


def test_the_command_line(tmp_path: Path) -> None:
    transformer().save(tmp_path / "old.keras")
    (tmp_path / "new.json").write_text(to_json(traced(transformer, head=3, ops=False)))
    run = CliRunner().invoke
    targets = [str(tmp_path / "old.keras"), str(tmp_path / "new.json")]
    result = run(cli, ["diff", *targets, "--exit-code"])
    assert result.exit_code == 1
    assert re.search(r"units +10 → 3\n", result.output)
    assert run(cli, ["diff", targets[0], targets[0], "--exit-code"]).exit_code == 0
    assert run(cli, ["diff", targets[0], "nowhere.keras"]).exit_code == 2
    document = json.loads(run(cli, ["diff", *targets, "--format", "json"]).output)
    assert [change["after"]["id"] for change in document["changes"]] == ["head"]
    written = tmp_path / "diff.md"
    assert run(cli, ["diff", *targets, "--format", "markdown", "-o", str(written)]).exit_code == 0
    assert "| Parameters |" in written.read_text()
