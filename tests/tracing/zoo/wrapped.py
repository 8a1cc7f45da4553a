"""Layers that Keras changes after they were made: quantised, adapted, computed anew."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from tests.tracing.zoo.examples import Example, by_name


def _small_transformer() -> Any:
    tokens = keras.Input((8,), dtype="int32")
    x = layers.Embedding(32, 16)(tokens)
    x = x + layers.MultiHeadAttention(2, 8)(x, x)
    x = layers.EinsumDense("abc,cd->abd", output_shape=(None, 16), bias_axes="d")(x)
    return keras.Model(tokens, layers.Dense(4)(x))


def quantized_int8() -> Example:
    """Weights of eight bits."""
    model = _small_transformer()
    model.quantize("int8")
    return model, None


def quantized_int4() -> Example:
    """Weights of four bits, two in each byte."""
    model = _small_transformer()
    model.quantize("int4")
    return model, None


def quantized_float8() -> Example:
    """Dense layers that simulate floats of eight bits."""
    x = keras.Input((16,))
    model = keras.Model(x, layers.Dense(4)(layers.Dense(16)(x)))
    model.quantize("float8")
    return model, None


def low_rank() -> Example:
    """Low-rank adapters beside frozen kernels."""
    model = _small_transformer()
    for layer in model.layers:
        if hasattr(layer, "enable_lora"):
            layer.enable_lora(2)
    return model, None


def low_rank_int8() -> Example:
    """Low-rank adapters of quantised layers."""
    model, _ = quantized_int8()
    for layer in model.layers:
        if hasattr(layer, "enable_lora"):
            layer.enable_lora(2)
    return model, None


class Rematerialized(keras.Model):
    """Computes the inside of its blocks a second time when it trains."""

    def __init__(self) -> None:
        super().__init__()
        with keras.RematScope("full"):
            self.first = layers.Dense(8, activation="relu")
            self.second = layers.Dense(8)

    def call(self, x: Any) -> Any:
        return keras.remat(ops.tanh)(self.second(self.first(x)))


def rematerialized() -> Example:
    """Layers and functions under `remat`."""
    return Rematerialized(), keras.KerasTensor((None, 8))


def lambdas() -> Example:
    """Lambda layers, one with a layer inside it."""
    x = keras.Input((6,))
    dense = layers.Dense(6)
    y = layers.Lambda(lambda each: ops.sin(each) * 2)(dense(x))
    return keras.Model(x, layers.Lambda(lambda each: ops.concatenate([each, each]))(y)), None


def whole_policy() -> Example:
    """Every layer computes in half precision on weights of full precision."""
    x = keras.Input((8, 8, 3))
    half = "mixed_float16"
    y = layers.Conv2D(4, 3, dtype=half)(x)
    y = layers.BatchNormalization(dtype=half)(y)
    y = layers.Flatten(dtype=half)(layers.Activation("relu", dtype=half)(y))
    return keras.Model(x, layers.Dense(2, dtype="float32")(y)), None


class OwnGradient(layers.Layer):
    """Rounds forwards and passes gradients on unchanged."""

    def call(self, x: Any) -> Any:
        @ops.custom_gradient
        def straight_through(value: Any) -> Any:
            def grad(*args: Any, upstream: Any = None) -> Any:
                return args[0] if upstream is None else upstream

            return ops.round(value), grad

        return straight_through(x)


def own_gradient() -> Example:
    """A function with a gradient of its own."""
    x = keras.Input((4,))
    return keras.Model(x, OwnGradient()(layers.Dense(4)(x))), None


MODELS = by_name(
    quantized_int8,
    quantized_int4,
    quantized_float8,
    low_rank,
    low_rank_int8,
    rematerialized,
    lambdas,
    whole_policy,
    own_gradient,
)
