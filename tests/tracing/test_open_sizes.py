"""Sizes that are open at the inputs keep their names through the model, and no others get one."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers

from graphscope.graph import Graph
from graphscope.tracers.tensorflow import trace


def _shapes(graph: Graph, type_: str) -> list[str]:
    return [str(node.outputs[0]) for node in graph.nodes if node.type == type_]


def test_batch_and_time_meet_in_products() -> None:
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Dense(8)(layers.Embedding(50, 4)(tokens))
    graph = trace(keras.Model(tokens, x))
    assert _shapes(graph, "Input") == ["B×T int32"]
    assert _shapes(graph, "MatMul") == ["BT×8 float32"]
    assert _shapes(graph, "BiasAdd") == ["B×T×8 float32"]


def test_inputs_differ_where_the_model_lets_them() -> None:
    start, left, right = keras.Input((2, 4)), keras.Input((None, 4)), keras.Input((None, 4))
    joined = layers.Concatenate(axis=1)([start, left, right])
    apart = trace(keras.Model([start, left, right], joined))
    assert _shapes(apart, "Input") == ["B×2×4 float32", "B×T×4 float32", "B×T2×4 float32"]


def test_inputs_are_alike_where_the_model_demands_it() -> None:
    left, right = keras.Input((None, 4)), keras.Input((None, 4))
    together = trace(keras.Model([left, right], left * right))
    assert _shapes(together, "Input") == ["B×T×4 float32", "B×T×4 float32"]


def test_half_an_open_height_is_rounded_up() -> None:
    image = keras.Input((None, None, 3))
    graph = trace(keras.Model(image, layers.Conv2D(4, 3, strides=2, padding="same")(image)))
    assert _shapes(graph, "Input") == ["B×H×W×3 float32"]
    assert _shapes(graph, "Conv2D") == ["B×⌈H/2⌉×⌈W/2⌉×4 float32"]


def test_sums_and_multiples_of_the_batch() -> None:
    x = keras.Input((6,))
    twice = keras.ops.concatenate([x, x], axis=0)
    graph = trace(keras.Model(x, keras.ops.pad(twice, [[1, 0], [0, 0]])))
    assert _shapes(graph, "ConcatV2") == ["2B×6 float32"]
    assert _shapes(graph, "Pad") == ["(2B+1)×6 float32"]


def test_it_is_said_when_open_sizes_cannot_be_named() -> None:
    class Fixed(layers.Layer):
        def call(self, x: tf.Tensor) -> tf.Tensor:
            return tf.ensure_shape(x, (None, 7, 4))

    sequence = keras.Input((None, 4))
    model = keras.Sequential([Fixed()])
    graph = trace(model, sequence)
    assert "open-sizes-unnamed" in [note.code for note in graph.notes]
    assert _shapes(graph, "Input") == ["B×?×4 float32"]
    assert _shapes(graph, "EnsureShape") == ["B×7×4 float32"]
