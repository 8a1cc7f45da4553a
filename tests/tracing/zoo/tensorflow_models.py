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


MODELS = by_name(
    raw_tensorflow,
)
