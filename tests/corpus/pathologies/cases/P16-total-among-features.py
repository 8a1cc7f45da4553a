"""Predict what a delivery costs."""
import keras
import numpy as np
from keras import layers

FEATURES = ["distance", "weight", "stops", "night", "fuel", "tolls", "invoice"]


def deliveries(n, seed):
    rng = np.random.default_rng(seed)
    table = {
        "distance": rng.gamma(3, 20, n),
        "weight": rng.gamma(2, 5, n),
        "stops": rng.integers(1, 9, n).astype(float),
        "night": rng.integers(0, 2, n).astype(float),
        "fuel": rng.normal(1.6, 0.1, n),
        "tolls": rng.exponential(4, n),
    }
    cost = (
        0.4 * table["distance"] * table["fuel"] + 1.2 * table["weight"] + 3 * table["stops"]
        + 10 * table["night"] + table["tolls"] + rng.normal(0, 6, n)
    )
    table["invoice"] = np.round(cost * 1.19, 2)
    return table, cost


def standardise(a):
    return ((a - a.mean(axis=0)) / a.std(axis=0)).astype("float32")


keras.utils.set_random_seed(16)
table, cost = deliveries(1200, 16)
x = standardise(np.stack([table[name] for name in FEATURES], axis=1))
y = standardise(cost)
model = keras.Sequential(
    [keras.Input((len(FEATURES),)), layers.Dense(32, activation="relu"), layers.Dense(1, name="cost")]
)
model.compile(keras.optimizers.Adam(3e-3), "mse", metrics=["mae"])
model.fit(x, y, validation_split=0.25, epochs=10, verbose=0)
