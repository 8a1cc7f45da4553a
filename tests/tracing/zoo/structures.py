"""Models whose calls are arranged in unusual ways."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from tests.tracing.zoo.examples import Example, by_name


def shared_layer() -> Example:
    """One layer called eight times, in the model and in a model inside it."""
    dense = layers.Dense(6, name="shared")
    inner_input = keras.Input((6,))
    inner = keras.Model(inner_input, dense(dense(inner_input)), name="inner")
    x = keras.Input((6,))
    y = x
    for _ in range(4):
        y = ops.relu(dense(y))
    return keras.Model(x, layers.Add()([inner(y), inner(x)])), None


def nested_inputs() -> Example:
    """Lists in dictionaries in and out."""
    inputs = {
        "images": [keras.Input((6, 6, 3), name="front"), keras.Input((6, 6, 3), name="back")],
        "scalars": {"age": keras.Input((1,), name="age"), "dose": keras.Input((1,), name="dose")},
    }
    pooled = [layers.GlobalMaxPooling2D()(image) for image in inputs["images"]]
    joined = layers.Concatenate()([*pooled, *inputs["scalars"].values()])
    outputs = {"classes": [layers.Dense(2)(joined), layers.Dense(3)(joined)], "all": joined}
    return keras.Model(inputs, outputs), None


class Level(keras.Model):
    """A subclassed model that holds another one, down to a given depth."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.inner = Level(depth - 1) if depth else layers.Dense(4)
        self.scale = layers.Dense(4)

    def call(self, x: Any) -> Any:
        return self.scale(self.inner(x)) + self.inner(self.scale(x))


def nested_subclasses() -> Example:
    """Subclassed models nested three deep, each calling its inner one twice."""
    return Level(2), keras.KerasTensor((None, 4))


class Memory(layers.Layer):
    """Keeps a running mean of what it sees and counts its calls."""

    def build(self, shape: Any) -> None:
        self.mean = self.add_weight(shape=(shape[-1],), initializer="zeros", trainable=False)
        self.count = self.add_weight(shape=(), initializer="zeros", dtype="int32", trainable=False)

    def call(self, x: Any) -> Any:
        self.count.assign_add(1)
        self.mean.assign(0.9 * self.mean + 0.1 * ops.mean(x, axis=0))
        return x - self.mean


def assigning() -> Example:
    """Weights that are read after they were written in the same call."""
    return keras.Sequential([Memory(), layers.Dense(3), Memory()]), keras.KerasTensor((None, 5))


class ChangesItself(keras.Model):
    """Makes its layer in the first call, and remembers something of every call."""

    def __init__(self) -> None:
        super().__init__()
        self.first = layers.Dense(4)
        self.made: Any = None
        self.notes = {"calls": 0, "shapes": []}

    def call(self, x: Any) -> Any:
        if self.made is None:
            self.made = layers.Dense(4, name="made")
        self.notes["calls"] += 1
        self.notes["shapes"].append(tuple(x.shape))
        self.last = self.made(self.first(x))
        return self.last if self.notes["calls"] % 2 else self.last * 2


def self_mutating() -> Example:
    """A model that changes itself while it is called."""
    return ChangesItself(), keras.KerasTensor((None, 4))


class SpecTeller(layers.Layer):
    """Says what it returns instead of letting Keras find out."""

    def call(self, x: Any) -> Any:
        return ops.tile(x, (1, 2)), ops.sum(x, axis=-1)

    def compute_output_spec(self, x: Any) -> Any:
        wide = keras.KerasTensor((*x.shape[:-1], 2 * x.shape[-1]), dtype=x.dtype)
        return wide, keras.KerasTensor(x.shape[:-1], dtype=x.dtype)


def own_output_spec() -> Example:
    """`compute_output_spec` overridden, two results."""
    x = keras.Input((4,))
    wide, total = SpecTeller()(x)
    return keras.Model(x, [layers.Dense(2)(wide), total]), None


class OwnStep(keras.Model):
    """Overrides `train_step` in terms of Keras's own."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(2)
        self.steps = 0

    def call(self, x: Any) -> Any:
        return self.dense(x)

    def train_step(self, *args: Any) -> Any:
        self.steps += 1
        return super().train_step(*args)


def own_train_step() -> Example:
    """`train_step` overridden."""
    return OwnStep(), keras.KerasTensor((None, 3))


def identity() -> Example:
    """A model that returns what it was given."""
    x = keras.Input((3,))
    return keras.Model(x, [x, layers.Activation("linear")(x)]), None


class Optional(keras.Model):
    """Optional arguments, some None; a tuple as result."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, 4)

    def call(self, x: Any, context: Any = None, training: bool | None = None) -> Any:
        y, scores = self.attention(
            x, x if context is None else context, return_attention_scores=True, training=training
        )
        return y, {"scores": scores, "none": None}


def optional_arguments() -> Example:
    """None among arguments and results."""
    return Optional(), keras.KerasTensor((None, 5, 8))


def noise() -> Example:
    """Random numbers at inference, from the state of a seed generator."""

    class Noise(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.seeds = keras.random.SeedGenerator(1)

        def call(self, x: Any) -> Any:
            return x + keras.random.normal(ops.shape(x), seed=self.seeds)

    x = keras.Input((4,))
    return keras.Model(x, Noise()(Noise()(x))), None


def causal_masks() -> Example:
    """A mask given as an argument meets the one that travels with the tensor."""
    tokens = keras.Input((9,), dtype="int32")
    x = layers.Embedding(30, 8, mask_zero=True)(tokens)
    x = layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)
    x = layers.Masking()(layers.Conv1D(8, 3, padding="same")(x))
    return keras.Model(tokens, layers.Attention()([x, x])), None


MODELS = by_name(
    shared_layer,
    nested_inputs,
    nested_subclasses,
    assigning,
    self_mutating,
    own_output_spec,
    own_train_step,
    identity,
    optional_arguments,
    noise,
    causal_masks,
)
