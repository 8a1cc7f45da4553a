"""Models with training steps of their own, written for each backend as its users write them."""

from __future__ import annotations

from typing import Any


def own_step(names: tuple[str, ...] = ("loss",)) -> Any:
    """Return a compiled model that trains by a step of its own.

    Args:
        names: of what the step returns; that are exactly the names in `model.metrics` for
            ("loss",), which Keras then replaces by trackers that this step never updates.
    """
    import keras

    keras.utils.set_random_seed(3)
    inputs = keras.Input((8,))
    hidden = keras.layers.Dense(16, activation="relu", name="hidden")(inputs)
    hidden = keras.layers.Dropout(0.2)(hidden)
    outputs = keras.layers.Dense(3, name="head")(hidden)
    model = _model_class(names)(inputs, outputs, name="own")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss)
    return model


def _model_class(names: tuple[str, ...]) -> Any:
    import keras

    makers = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
    return makers[keras.backend.backend()](names)


def _tensorflow(names: tuple[str, ...]) -> Any:
    import keras
    import tensorflow as tf

    class Own(keras.Model):
        def train_step(self, data: Any) -> Any:
            x, y = data
            with tf.GradientTape() as tape:
                loss = self.compute_loss(x, y, self(x, training=True))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            return dict.fromkeys(names, loss)

    return Own


def _jax(names: tuple[str, ...]) -> Any:
    import jax
    import keras

    class Own(keras.Model):
        def train_step(self, state: Any, data: Any) -> Any:
            trainable, non_trainable, optimizer, metrics = state
            x, y = data

            def compute(trainable: Any, non_trainable: Any) -> Any:
                outputs, updated = self.stateless_call(trainable, non_trainable, x, training=True)
                return self.compute_loss(x, y, outputs), updated

            (loss, non_trainable), gradients = jax.value_and_grad(compute, has_aux=True)(
                trainable, non_trainable
            )
            trainable, optimizer = self.optimizer.stateless_apply(optimizer, gradients, trainable)
            return dict.fromkeys(names, loss), (trainable, non_trainable, optimizer, metrics)

    return Own


def _torch(names: tuple[str, ...]) -> Any:
    import keras
    import torch

    class Own(keras.Model):
        def train_step(self, data: Any) -> Any:
            x, y = data
            self.zero_grad()
            loss = self.compute_loss(x, y, self(x, training=True))
            loss.backward()
            weights = list(self.trainable_weights)
            with torch.no_grad():
                self.optimizer.apply([weight.value.grad for weight in weights], weights)
            return dict.fromkeys(names, loss.detach())

    return Own
