"""Forecast glucose from sensor, insulin and meals."""
import argparse

import keras
import numpy as np
from keras import layers


def patients(count, steps, seed=0):
    rng = np.random.default_rng(seed)
    meals = (rng.random((count, steps)) < 0.06) * rng.uniform(20, 80, (count, steps))
    insulin = np.roll(meals, 1, axis=1) / 10 * rng.uniform(0.7, 1.2, (count, 1))
    sugar = np.full((count, steps), 110.0)
    for t in range(1, steps):
        rise = 0.6 * meals[:, t - 1] - 5 * insulin[:, t - 1]
        sugar[:, t] = 0.95 * sugar[:, t - 1] + 5.5 + rise + rng.normal(0, 2, count)
    hour = np.broadcast_to(np.arange(steps) / steps, (count, steps))
    moving = np.cumsum(rng.normal(0, 0.1, (count, steps)), axis=1)
    columns = [sugar / 100, insulin, meals / 50, hour, moving]
    return np.stack(columns, axis=-1).astype("float32")


class GlucoseNet:
    """Residual blocks of normalised convolutions, then a summary over time."""

    def __init__(self, steps, signals, width, blocks):
        self.steps, self.signals = steps, signals
        self.width, self.blocks = width, blocks

    def branch(self, x, number):
        h = layers.LayerNormalization(name=f"norm{number}")(x)
        h = layers.Conv1D(self.width, 5, padding="causal", activation="gelu", name=f"wide{number}")(h)
        h = layers.Dropout(0.1, name=f"drop{number}")(h)
        return layers.Conv1D(self.width, 1, name=f"point{number}")(h)

    def build(self):
        inputs = keras.Input((self.steps, self.signals), name="signals")
        x = layers.Dense(self.width, name="project")(inputs)
        for number in range(self.blocks):
            h = self.branch(x, number)
            x = layers.Add(name=f"mix{number}")([inputs, h])
        scores = layers.Softmax(axis=1, name="when")(layers.Dense(1, name="score")(x))
        x = layers.Flatten(name="summary")(layers.Dot(axes=1, name="pooled")([scores, x]))
        return keras.Model(inputs, layers.Dense(2, name="ahead")(x), name="glucose")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=48)
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--blocks", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=1)
    args = parser.parse_args()
    keras.utils.set_random_seed(10)
    record = patients(160, args.steps + 6)
    x, y = record[:, : args.steps], record[:, [args.steps + 2, args.steps + 5], 0]
    model = GlucoseNet(args.steps, x.shape[-1], args.width, args.blocks).build()
    model.compile(optimizer=keras.optimizers.Adam(2e-3), loss="mae")
    history = model.fit(x, y, validation_split=0.2, epochs=args.epochs, batch_size=32, verbose=0)
    print(history.history["val_loss"])
    return model, history


if __name__ == "__main__":
    model, history = main()
