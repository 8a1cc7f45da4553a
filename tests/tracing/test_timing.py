"""Clocked calls: each call of the graph gets the time of the same call in the run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import keras
import pytest

from graphscope.errors import TargetError
from graphscope.exporters.node_data import find_node_data
from graphscope.graph import ROOT, TensorSpec
from graphscope.session import OpenOptions, export, open_target, trace
from graphscope.session.live_overlays import add_times
from graphscope.tracers.timing import OPEN_SIZE, time_calls

SLOW = 0.02


class Slow(keras.layers.Layer):
    """Takes its time when it really runs."""

    def call(self, x: Any) -> Any:
        if not keras.backend.is_keras_tensor(x) and hasattr(x, "numpy"):
            time.sleep(SLOW)
        return x * 2


def model_with_twins() -> keras.Model:
    x = keras.Input((8,))
    dense = keras.layers.Dense(8)
    y = dense(dense(x) + 1.0)
    inner = keras.Sequential([keras.layers.Dense(4), Slow(name="slow")], name="inner")
    return keras.Model(x, inner(y))


def test_every_call_has_its_time_and_a_scope_that_of_all_inside() -> None:
    model = model_with_twins()
    graph = trace(model)
    seconds = time_calls(model, graph, batch=3)
    assert {ROOT, "dense", "dense#2", "add", "inner", "inner/slow"} <= seconds.keys()
    assert all(value > 0 for value in seconds.values())
    assert seconds["inner/slow"] >= SLOW
    assert seconds[ROOT] >= seconds["inner"] >= seconds["inner/slow"] > seconds["dense"]


def test_layers_alone_are_clocked_too() -> None:
    model = model_with_twins()
    assert {"dense", "dense#2"} <= time_calls(model, trace(model, ops=False)).keys()


def test_the_batch_and_open_sizes_are_filled_in() -> None:
    seen: list[tuple[int, ...]] = []

    class Seeing(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            if all(isinstance(size, int) for size in x.shape):
                seen.append(tuple(x.shape))
            return x

    layer = Seeing()
    inputs = TensorSpec(("B", "T", 4), "float32")
    time_calls(layer, trace(layer, inputs), inputs, batch=5)
    assert seen[-1] == (5, OPEN_SIZE, 4)


def test_keras_is_as_before_when_the_model_fails() -> None:
    class Broken(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return self.compute(x) if hasattr(x, "numpy") else x

        def compute(self, _x: Any) -> Any:
            raise ValueError("not on zeros")

    before = keras.layers.Layer.__call__
    layer = Broken()
    graph = trace(layer, TensorSpec(("B", 4), "float32"))
    timed = add_times(layer, graph, TensorSpec(("B", 4), "float32"))
    assert find_node_data(timed) == []
    assert "could not be run on zeros" in timed.notes[-1].message
    assert "not on zeros" in timed.notes[-1].message
    assert keras.layers.Layer.__call__ is before


def test_times_are_an_overlay_in_seconds_and_a_note_says_how_they_were_measured() -> None:
    model = model_with_twins()
    timed = add_times(model, trace(model), batch=2)
    [row] = find_node_data(timed)
    assert (row["names"], row["data"]["unit"]) == (["data-time"], "s")
    assert "median of 3 calls with a batch of 2 zeros" in timed.notes[-1].message


def test_what_is_read_from_a_file_does_not_run(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    export(trace(model_with_twins()), path)
    with pytest.raises(TargetError, match="--time runs a model"):
        open_target(str(path), OpenOptions(time_batch=1))
