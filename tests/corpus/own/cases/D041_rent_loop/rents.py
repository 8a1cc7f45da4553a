"""Rents from a table, with a training loop written by hand."""
import argparse

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


def flats(count, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 6)).astype("float32")
    rent = 3.0 * x[:, 0] - 2.0 * x[:, 1] + x[:, 2] * x[:, 3] + rng.normal(0, 0.1, count)
    return x, rent.astype("float32")


def make_regressor(widths):
    return keras.Sequential(
        [keras.Input((6,))]
        + [layers.Dense(width, activation="tanh") for width in widths]
        + [layers.Dense(1, name="rent")],
        name="rents",
    )


class Trainer:
    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer
        self.history = []

    @tf.function
    def step(self, x, y):
        with tf.GradientTape() as tape:
            error = y - self.model(x, training=True)
            loss = ops.mean(ops.square(error))
        weights = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    def run(self, data, epochs):
        for _ in range(epochs):
            losses = [float(self.step(x, y)) for x, y in data]
            self.history.append(float(np.mean(losses)))
        return self.history


def r_squared(model, x, y):
    guess = model.predict(x, verbose=0)[:, 0]
    return 1 - np.mean((y - guess) ** 2) / np.var(y)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--flats", type=int, default=512)
    parser.add_argument("--widths", type=int, nargs="+", default=[32, 16])
    parser.add_argument("--epochs", type=int, default=25)
    args = parser.parse_args()
    keras.utils.set_random_seed(53)
    x, y = flats(args.flats, seed=0)
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(args.flats, seed=1).batch(64)
    model = make_regressor(args.widths)
    trainer = Trainer(model, keras.optimizers.Adam(1e-2))
    trainer.run(data, args.epochs)
    return model, trainer, r_squared(model, *flats(200, seed=1))


if __name__ == "__main__":
    model, trainer, fit_quality = main()
    print("R2:", round(float(fit_quality), 3))
