"""Where the weights of a live model lie."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import keras

from graphscope.exporters.node_data import find_first_name, find_node_data
from graphscope.graph import Graph
from graphscope.session import trace
from graphscope.session.live_overlays import add_placement


class Placed:
    """A variable that lies on some device."""

    def __init__(self, device: str) -> None:
        self._value = type("Value", (), {"device": device})()


def two_layers() -> tuple[keras.Model, Graph]:
    x = keras.Input((8,))
    model = keras.Model(x, keras.layers.Dense(1, name="b")(keras.layers.Dense(4, name="a")(x)))
    return model, trace(model)


def test_weights_in_one_place_are_not_worth_an_overlay() -> None:
    _, graph = two_layers()
    assert find_node_data(graph) == []


def test_weights_in_several_places_make_one_that_is_not_shown_at_first() -> None:
    model, graph = two_layers()
    host = "/job:localhost/replica:0/task:0/device:"
    model.get_layer("a")._trainable_variables = [Placed(f"{host}GPU:0")]
    model.get_layer("b")._trainable_variables = [Placed("cuda:1"), Placed("cpu")]
    placed = add_placement(model, graph)
    [row] = find_node_data(placed)
    assert row["data"]["values"] == {"a": "gpu:0", "b": "cuda:1 + cpu"}
    assert row["names"] == ["data-device"]
    assert find_first_name(placed) is None


def test_shards_of_a_distributed_model_are_told() -> None:
    program = """
        import json, keras
        devices = keras.distribution.list_devices()
        mesh = keras.distribution.DeviceMesh((2, 2), ["batch", "model"], devices)
        layout = keras.distribution.LayoutMap(mesh)
        layout["a.*kernel"] = (None, "model")
        keras.distribution.set_distribution(
            keras.distribution.ModelParallel(layout_map=layout, batch_dim_name="batch")
        )
        x = keras.Input((8,))
        y = keras.layers.Dense(1, name="b")(keras.layers.Dense(4, name="a", use_bias=False)(x))
        import graphscope
        graph = graphscope.trace(keras.Model(x, y))
        print(json.dumps(graph.metadata["node_data"][0]["data"]["values"]))
    """
    environment = {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=4",
    }
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "a": "split (-, model) over 4 devices",
        "b": "whole on each of 4 devices",
    }
