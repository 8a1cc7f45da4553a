"""Hourly load of a power grid, with attention written by hand."""
import argparse
import math

import keras
import numpy as np
from keras import layers, ops


class SelfAttention(layers.Layer):
    """Scaled dot-product attention with several heads."""

    def __init__(self, width, heads, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.heads = heads
        self.size = width // heads
        self.to_query = layers.Dense(width, use_bias=False)
        self.to_key = layers.Dense(width, use_bias=False)
        self.to_value = layers.Dense(width, use_bias=False)
        self.merge = layers.Dense(width)

    def split(self, x):
        length = x.shape[1]
        x = ops.reshape(x, (-1, length, self.heads, self.size))
        return ops.transpose(x, (0, 2, 1, 3))

    def call(self, x):
        query, key = self.split(self.to_query(x)), self.split(self.to_key(x))
        value = self.split(self.to_value(x))
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) / math.sqrt(self.size)
        mixed = ops.matmul(ops.softmax(scores), value)
        mixed = ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), (-1, x.shape[1], self.width))
        return self.merge(mixed)


class LoadModel:
    def __init__(self, args):
        self.args = args

    def build(self):
        past = keras.Input((self.args.history, 3), name="past")
        x = layers.Dense(self.args.width, name="lift")(past)
        for number in range(self.args.layers):
            attended = SelfAttention(self.args.width, self.args.heads, name=f"attend{number}")(x)
            x = layers.LayerNormalization()(layers.Add()([x, attended]))
        x = layers.Flatten()(x)
        load = layers.Dense(self.args.horizon, name="load")(x)
        return keras.Model(past, load, name="grid_load")


def series(hours, seed=0):
    rng = np.random.default_rng(seed)
    t = np.arange(hours)
    load = np.sin(2 * np.pi * t / 24) + 0.3 * np.sin(2 * np.pi * t / 168)
    heat = np.cos(2 * np.pi * t / 24 + 1) + rng.normal(0, 0.1, hours)
    weekend = ((t // 24) % 7 >= 5).astype(float)
    return np.stack([load, heat, weekend], axis=-1).astype("float32")


def windows(table, history, horizon):
    starts = range(0, len(table) - history - horizon, 3)
    x = np.stack([table[s : s + history] for s in starts])
    y = np.stack([table[s + history : s + history + horizon, 0] for s in starts])
    return x, y


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--history", type=int, default=48)
    parser.add_argument("--horizon", type=int, default=6)
    parser.add_argument("--width", type=int, default=50)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--layers", type=int, default=2)
    options = parser.parse_args()
    keras.utils.set_random_seed(0)
    x, y = windows(series(900), options.history, options.horizon)
    model = LoadModel(options).build()
    model.compile("adam", "mae")
    model.fit(x, y, epochs=1, batch_size=32, verbose=0)
