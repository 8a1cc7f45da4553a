"""Models to train, each with what makes its step difficult."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops

Made = tuple[keras.Model, Any]
"""A compiled model and its inputs, None where it knows them."""


def digits() -> Made:
    """Updates inside the forward pass, dropout, a loss that looks behind the softmax, metrics."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu", name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax", name="head"),
        ],
        name="digits",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, None


def recurrent() -> Made:
    """Gradients of loops, and of a table that is looked up."""
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(50, 6, mask_zero=True),
            layers.LSTM(4, return_sequences=True),
            layers.GRU(4),
            layers.Dense(1),
        ],
        name="recurrent",
    )
    model.compile("rmsprop", "mse")
    return model, None


def attention() -> Made:
    """Clipping by the norm of all gradients, weight decay, averages of weights."""
    inputs = keras.Input((16, 32))
    x = layers.LayerNormalization()(inputs)
    x = layers.Add()([inputs, layers.MultiHeadAttention(2, 16, dropout=0.1)(x, x)])
    x = layers.Dense(5)(layers.GlobalAveragePooling1D()(x))
    model = keras.Model(inputs, x, name="attention")
    model.compile(
        keras.optimizers.AdamW(1e-3, global_clipnorm=1.0, use_ema=True),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model, None


class Branches(keras.Model):
    """Weights that no gradient reaches, each for a reason of its own."""

    def __init__(self) -> None:
        super().__init__(name="branches")
        self.used = layers.Dense(8, activation="gelu", name="used")
        self.frozen = layers.Dense(8, trainable=False, name="frozen")
        self.cut = layers.Dense(8, name="cut")
        self.rounded = layers.Dense(8, name="rounded")
        self.wasted = layers.Dense(8, name="wasted")
        self.unused = layers.Dense(8, name="unused")
        self.unused.build((None, 8))
        self.chosen = layers.Dense(8, name="chosen")
        self.chosen.build((None, 8))
        self.head = layers.Dense(3, name="head")

    def call(self, x: Any) -> Any:
        self.wasted(x)
        x = self.used(x) + self.frozen(x)
        x = x + ops.stop_gradient(self.cut(x))
        x = x + ops.cast(ops.argmax(self.rounded(x), axis=-1, keepdims=True), "float32")
        x = ops.cond(ops.sum(x) > 0, lambda: self.chosen(x), lambda: x)
        return self.head(x)


def branches() -> Made:
    model = Branches()
    model.compile("sgd", "mse")
    return model, keras.Input((8,))


class Gan(keras.Model):
    """Two models, two tapes, two optimizers, and targets that the step makes itself."""

    def __init__(self) -> None:
        super().__init__(name="gan")
        self.critic = keras.Sequential(
            [keras.Input((4,)), layers.Dense(8, activation="leaky_relu"), layers.Dense(1)],
            name="critic",
        )
        self.maker = keras.Sequential(
            [keras.Input((2,)), layers.Dense(8, activation="relu"), layers.Dense(4)], name="maker"
        )
        self.critic_loss = keras.metrics.Mean(name="critic_loss")
        self.seed = keras.random.SeedGenerator(1)

    def compile(self) -> None:
        super().compile()
        self.critic_optimizer = keras.optimizers.Adam()
        self.maker_optimizer = keras.optimizers.SGD()
        self.judge = keras.losses.BinaryCrossentropy(from_logits=True)

    @property
    def metrics(self) -> list[Any]:
        return [self.critic_loss]

    def train_step(self, real: Any) -> dict[str, Any]:
        count = ops.shape(real)[0]
        fake = self.maker(keras.random.normal((count, 2), seed=self.seed))
        both = ops.concatenate([fake, real], axis=0)
        labels = ops.concatenate([ops.ones((count, 1)), ops.zeros((count, 1))], axis=0)
        with tf.GradientTape() as tape:
            loss = self.judge(labels, self.critic(both))
        weights = self.critic.trainable_weights
        self.critic_optimizer.apply_gradients(
            zip(tape.gradient(loss, weights), weights, strict=True)
        )
        noise = keras.random.normal((count, 2), seed=self.seed)
        with tf.GradientTape() as tape:
            wish = self.judge(ops.zeros((count, 1)), self.critic(self.maker(noise)))
        weights = self.maker.trainable_weights
        self.maker_optimizer.apply_gradients(
            zip(tape.gradient(wish, weights), weights, strict=True)
        )
        self.critic_loss.update_state(loss)
        return {"critic_loss": self.critic_loss.result()}


def gan() -> Made:
    model = Gan()
    model.compile()
    return model, keras.Input((4,))


def mixed() -> Made:
    """A scaled loss, and an update that only happens where all gradients are finite."""
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = keras.Sequential(
            [keras.Input((8,)), layers.Dense(8), layers.Dense(1, dtype="float32")], name="mixed"
        )
        model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam()), "mse")
    finally:
        keras.mixed_precision.set_global_policy("float32")
    return model, None


def several_outputs() -> Made:
    """Losses by name with weights, regularizers, a constraint, accumulated gradients."""
    inputs = keras.Input((8,))
    x = layers.Dense(
        8, kernel_regularizer="l2", activity_regularizer="l1", kernel_constraint="max_norm"
    )(inputs)
    outputs = {"kind": layers.Dense(2, name="kind")(x), "size": layers.Dense(1, name="size")(x)}
    model = keras.Model(inputs, outputs, name="several")
    model.compile(
        keras.optimizers.SGD(momentum=0.9, gradient_accumulation_steps=2),
        {"kind": keras.losses.SparseCategoricalCrossentropy(from_logits=True), "size": "mse"},
        loss_weights={"kind": 1.0, "size": 0.5},
        metrics={"kind": ["accuracy"], "size": ["mae"]},
    )
    return model, None


class Autoencoder(keras.Model):
    """A loss that a call adds, and random numbers."""

    def __init__(self) -> None:
        super().__init__(name="autoencoder")
        self.encode = layers.Dense(4)
        self.decode = layers.Dense(8)
        self.seed = keras.random.SeedGenerator(3)

    def call(self, x: Any) -> Any:
        code = self.encode(x)
        mean, spread = code[:, :2], code[:, 2:]
        self.add_loss(-0.5 * ops.mean(1 + spread - ops.square(mean) - ops.exp(spread)))
        return self.decode(mean + ops.exp(spread) * keras.random.normal((1, 2), seed=self.seed))


def autoencoder() -> Made:
    model = Autoencoder()
    model.compile("adam", "mse")
    return model, keras.Input((8,))


class Control(keras.Model):
    """A function of TensorFlow called twice, a custom gradient, a branch and a loop."""

    def __init__(self) -> None:
        super().__init__(name="control")
        self.dense = layers.Dense(4)
        self.function = tf.function(self.inner)

    def inner(self, x: Any) -> Any:
        return tf.nn.silu(self.dense(x))

    def call(self, x: Any) -> Any:
        y = self.function(x) + self.function(x * 2)
        y = ops.cond(ops.sum(y) > 0, lambda: y * 2, lambda: y)
        return ops.while_loop(lambda i, _: i < 3, lambda i, v: (i + 1, ops.tanh(v)), (0, y))[1]


def control() -> Made:
    model = Control()
    model.compile("adam", "mse")
    return model, keras.Input((4,))


MODELS: dict[str, Callable[[], Made]] = {
    make.__name__: make
    for make in (
        digits,
        recurrent,
        attention,
        branches,
        gan,
        mixed,
        several_outputs,
        autoencoder,
        control,
    )
}
