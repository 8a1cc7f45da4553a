"""Difficult models of Keras alone, each of which shows one thing that a tracer can get wrong."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from tests.tracing.zoo.examples import Example, by_name


def digits() -> Example:
    """Sequential, with a pass-through layer."""
    model = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return model, None


def shared_encoder() -> Example:
    """One encoder called three times; dictionaries in and out."""
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    encoder = keras.Sequential([layers.Dense(4), layers.Dropout(0.1)], name="encoder")
    outputs = {
        "similarity": layers.Dot(1)([encoder(left), encoder(right)]),
        "sum": encoder(left) + right[:, :4],
    }
    return keras.Model({"left": left, "right": right}, outputs), None


def residual_dropout() -> Example:
    """Dropout and its own input meet again: the two must not be mistaken for each other."""
    x = keras.Input((4,))
    a = layers.Dense(4, name="a")(x)
    return keras.Model(x, layers.Add()([a, layers.Dropout(0.5)(a)])), None


def masked_recurrent() -> Example:
    """Masks travel beside tensors; the body of the recurrence is a loop."""
    tokens = keras.Input((12,), dtype="int32")
    x = layers.Embedding(100, 16, mask_zero=True)(tokens)
    x = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(x)
    return keras.Model(tokens, layers.Dense(2)(layers.GRU(8)(x))), None


def masked_attention() -> Example:
    """Attention reads the mask of an embedding."""
    tokens = keras.Input((12,), dtype="int32")
    x = layers.Embedding(100, 16, mask_zero=True)(tokens)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 8)(x, x))
    return keras.Model(tokens, layers.Dense(2)(layers.GlobalAveragePooling1D()(x))), None


def nested_models() -> Example:
    """Models in models in models, one of them twice."""
    inner_input = keras.Input((6,))
    inner = keras.Model(inner_input, layers.Dense(6, name="core")(inner_input), name="inner")
    middle_input = keras.Input((6,))
    middle = keras.Model(middle_input, inner(inner(middle_input)), name="middle")
    x = keras.Input((6,))
    return keras.Model(x, layers.ReLU()(middle(x)), name="outer"), None


class Residual(layers.Layer):
    """A custom layer that builds itself lazily and adds its input."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.norm = layers.LayerNormalization()
        self.dense = layers.Dense(units)

    def call(self, x: Any) -> Any:
        return x + self.dense(self.norm(x))


class Subclassed(keras.Model):
    """Sublayers in a list and a dictionary, a Python loop, keras.ops in `call`."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = [Residual(16) for _ in range(3)]
        self.heads = {"main": layers.Dense(3), "aux": layers.Dense(2)}
        self.dropout = layers.Dropout(0.1)

    def call(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        x = self.dropout(x)
        return {"main": ops.softmax(self.heads["main"](x)), "aux": self.heads["aux"](x)}


def subclassed() -> Example:
    """Unbuilt and subclassed, on (batch, time, features)."""
    return Subclassed(), keras.KerasTensor((None, 5, 16))


class TwoArguments(keras.Model):
    """`call` takes two tensors by name."""

    def __init__(self) -> None:
        super().__init__()
        self.query = layers.Dense(4)
        self.value = layers.Dense(4)

    def call(self, query: Any, value: Any) -> Any:
        return ops.matmul(self.query(query), ops.transpose(self.value(value), (0, 2, 1)))


def two_arguments() -> Example:
    """Inputs by the names of `call`'s arguments."""
    shapes = {"query": (None, 3, 8), "value": (None, 5, 8)}
    return TwoArguments(), {name: keras.KerasTensor(shape) for name, shape in shapes.items()}


class ConstantState(layers.Layer):
    """Makes a variable from a constant in `build` and counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def build(self, _shape: Any) -> None:
        self.scale = keras.Variable([1.0, 2.0, 3.0, 4.0], name="scale")

    def call(self, x: Any) -> Any:
        self.calls += 1
        return x * self.scale


def constant_state() -> Example:
    """An unbuilt layer whose weight has a constant initial value."""
    return keras.Sequential([ConstantState(), layers.Dense(2)]), keras.KerasTensor((None, 4))


def mixed_precision() -> Example:
    """Weights are cast before they are used."""
    x = keras.Input((8,))
    return keras.Model(x, layers.Dense(4, dtype="mixed_bfloat16")(x)), None


def tied_weights() -> Example:
    """The embedding matrix is also the output projection."""

    class Tied(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = layers.Embedding(50, 8)

        def call(self, tokens: Any) -> Any:
            x = self.embedding(tokens)
            return ops.matmul(x, ops.transpose(self.embedding.embeddings))

    return Tied(), keras.KerasTensor((None, 7), dtype="int32")


MODELS = by_name(
    digits,
    shared_encoder,
    residual_dropout,
    masked_recurrent,
    masked_attention,
    nested_models,
    subclassed,
    two_arguments,
    constant_state,
    mixed_precision,
    tied_weights,
)
