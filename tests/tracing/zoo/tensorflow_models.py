"""Models that call TensorFlow itself; they run on no other backend."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from tests.tracing.zoo.examples import Example, by_name


class RawTensorFlow(keras.Model):
    """A cached tf.function called twice, a while loop and a branch."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(8)
        self.double = tf.function(lambda x: self.dense(x) * 2)

    def call(self, x: Any) -> Any:
        x = self.double(self.double(x))
        x = tf.while_loop(
            lambda step, _: step < 3, lambda step, y: (step + 1, self.dense(y)), [0, x]
        )[1]
        return tf.cond(tf.reduce_sum(x) > 0, lambda: x * 2, lambda: self.dense(x))


def raw_tensorflow() -> Example:
    """Control flow of TensorFlow inside `call`."""
    return RawTensorFlow(), keras.KerasTensor((None, 8))


def ragged_input() -> Example:
    """Sequences of different lengths in one tensor."""

    class Words(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = layers.Embedding(20, 4)
            self.dense = layers.Dense(2)

        def call(self, tokens: Any) -> Any:
            return self.dense(tf.reduce_mean(tf.ragged.map_flat_values(self.embedding, tokens), 1))

    return Words(), keras.KerasTensor((None, None), dtype="int32", ragged=True, ragged_rank=1)


def sparse_input() -> Example:
    """A sparse tensor, as Keras takes them."""
    x = keras.Input((50,), sparse=True)
    return keras.Model(x, layers.Dense(3)(x)), None


class Mapped(keras.Model):
    """TensorFlow's own loops over the first axis."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(4)

    def call(self, x: Any) -> Any:
        y = tf.map_fn(lambda each: self.dense(each[None])[0], x)
        return tf.scan(lambda carry, each: carry + each, y) + tf.vectorized_map(tf.nn.relu, y)


def mapped_tensorflow() -> Example:
    """`tf.map_fn`, `tf.scan` and `tf.vectorized_map`."""
    return Mapped(), keras.KerasTensor((None, 4))


class Autograph(keras.Model):
    """Python control flow that TensorFlow turns into its own."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(4)
        self.run_steps = tf.function(self._run_steps)

    def _run_steps(self, x: Any) -> Any:
        for _ in tf.range(3):
            x = self.dense(x) if tf.reduce_sum(x) > 0 else x * 2
        return x

    def call(self, x: Any) -> Any:
        return self.run_steps(x)


def autograph() -> Example:
    """A loop and a branch in Python, in a `tf.function`."""
    return Autograph(), keras.KerasTensor((None, 4))


class FromPython(layers.Layer):
    """Leaves TensorFlow for NumPy and returns."""

    def call(self, x: Any) -> Any:
        y = tf.numpy_function(lambda value: value[::-1].copy(), [x], tf.float32)
        return tf.ensure_shape(y, x.shape)


def python_function() -> Example:
    """An operation whose inside is Python."""
    x = keras.Input((4,))
    return keras.Model(x, layers.Dense(2)(FromPython()(x))), None


def text_input() -> Example:
    """Strings, looked up in a table."""
    words = keras.Input((), dtype="string")
    lookup = layers.StringLookup(vocabulary=["graph", "scope"])
    return keras.Model(words, layers.Embedding(4, 3)(lookup(words))), None


class OwnTensorFlowGradient(layers.Layer):
    """A gradient given to TensorFlow, and a function that is computed again for it."""

    def call(self, x: Any) -> Any:
        @tf.custom_gradient
        def clipped(value: Any) -> Any:
            return value, lambda upstream: tf.clip_by_value(upstream, -1.0, 1.0)

        return tf.recompute_grad(tf.nn.softplus)(clipped(x) * 2)


def tensorflow_gradient() -> Example:
    """`tf.custom_gradient` and `tf.recompute_grad`."""
    x = keras.Input((4,))
    return keras.Model(x, OwnTensorFlowGradient()(x)), None


MODELS = by_name(
    raw_tensorflow,
    ragged_input,
    sparse_input,
    mapped_tensorflow,
    autograph,
    python_function,
    text_input,
    tensorflow_gradient,
)
