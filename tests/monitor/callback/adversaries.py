"""A GAN with two optimizers and a training step of its own, as its users write it."""

from __future__ import annotations

from typing import Any


def make_gan() -> Any:
    """Return a compiled GAN over numbers in rows of 4; on TensorFlow and PyTorch."""
    import keras

    keras.utils.set_random_seed(11)
    layers = keras.layers
    generator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(8, "relu", name="made"), layers.Dense(4)], name="generator"
    )
    critic = keras.Sequential(
        [keras.Input((4,)), layers.Dense(8, "relu", name="seen"), layers.Dense(1)], name="critic"
    )
    model = _class()(name="gan")
    model.generator, model.critic = generator, critic
    model.built = True
    model.compile()
    model.generator_optimizer = keras.optimizers.Adam(0.01)
    model.critic_optimizer = keras.optimizers.Adam(0.02)
    model.generator_optimizer.build(generator.trainable_variables)
    model.critic_optimizer.build(critic.trainable_variables)
    return model


def _class() -> Any:
    import keras
    from keras import ops

    measure = keras.losses.BinaryCrossentropy(from_logits=True)

    class Gan(keras.Model):
        def call(self, x: Any) -> Any:
            return self.critic(x)

        def critics_loss(self, real: Any) -> Any:
            fake = self.generator(real[:, :2])
            told = self.critic(ops.concatenate([real, fake]))
            ones = ops.ones_like(real[:, :1])
            truth = ops.concatenate([ones, ops.zeros_like(ones)])
            return measure(truth, told)

        def generators_loss(self, real: Any) -> Any:
            told = self.critic(self.generator(real[:, :2]))
            return measure(ops.ones_like(told), told)

        def train_step(self, real: Any) -> Any:
            pairs = (
                (self.critics_loss, self.critic, self.critic_optimizer, "critic_loss"),
                (self.generators_loss, self.generator, self.generator_optimizer, "generator_loss"),
            )
            return {
                name: _improve(self, loss, part.trainable_variables, optimizer, real)
                for loss, part, optimizer, name in pairs
            }

    return Gan


def _improve(model: Any, loss_of: Any, weights: Any, optimizer: Any, real: Any) -> Any:
    import keras

    if keras.backend.backend() == "torch":
        import torch

        model.zero_grad()
        loss = loss_of(real)
        loss.backward()
        with torch.no_grad():
            optimizer.apply([weight.value.grad for weight in weights], weights)
        return loss.detach()
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = loss_of(real)
    optimizer.apply(tape.gradient(loss, weights), weights)
    return loss
