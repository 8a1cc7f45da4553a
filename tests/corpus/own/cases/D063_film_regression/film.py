"""Temperature curve of a furnace: settings modulate what is read from the sensors."""
import argparse

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


class Position(layers.Layer):
    def build(self, shape):
        self.place = self.add_weight(name="place", shape=shape[1:], initializer="zeros")

    def call(self, x):
        return x + self.place


class Film(layers.Layer):
    """Scale and shift per channel, the same at every step: (batch, 1, width) on (batch, steps, width)."""

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.scale, self.shift = layers.Dense(width), layers.Dense(width)

    def call(self, x, settings):
        return x * (1 + self.scale(settings)[:, None]) + self.shift(settings)[:, None]

    def compute_output_shape(self, x_shape, settings_shape):
        return x_shape


def build(steps, sensors, settings, width=18):
    curve = keras.Input((steps, sensors), name="curve")
    dials = keras.Input((settings,), name="dials")
    scaled = layers.Normalization(name="scaled")
    x = layers.Dense(width, activation="relu", name="lift")(scaled(curve))
    x = Film(width, name="film")(Position(name="position")(x), dials)
    x = layers.GRU(width, return_sequences=True, name="along")(x)
    each = layers.Dense(1, name="each_step")(x)
    peak = layers.Dense(1, name="peak")(layers.GlobalMaxPooling1D()(x))
    return keras.Model([curve, dials], [each, peak], name="furnace"), scaled


def furnace(count, steps, sensors, settings, seed):
    rng = np.random.default_rng(seed)
    dials = rng.uniform(0.5, 1.5, (count, settings)).astype("float32")
    curve = rng.normal(300, 40, (count, steps, sensors)).astype("float32")
    heat = ((curve[..., 0] - 300) / 40 * dials[:, :1]).astype("float32")
    return (curve, dials), (heat, heat.max(axis=1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=12)
    args = parser.parse_args()
    keras.utils.set_random_seed(87)
    model, scaled = build(args.steps, sensors=3, settings=2)
    x, (heat, peak) = furnace(400, args.steps, 3, 2, seed=0)
    scaled.adapt(x[0])
    model.compile(keras.optimizers.Adam(1e-2), loss=["mse", "huber"], metrics=[["mae"], ["mae"]])
    data = tf.data.Dataset.from_tensor_slices((x, (heat, peak))).shuffle(400, seed=1)
    history = model.fit(data.batch(32), epochs=args.epochs, verbose=0)
    return model, history


if __name__ == "__main__":
    model, history = main()
