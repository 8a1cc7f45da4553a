"""Fraud among payments, with balanced class weights."""
import keras
import numpy as np
from keras import layers


def payments(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 8)).astype("float32")
    odd = x[:, 0] - x[:, 1] + 0.7 * x[:, 2] + rng.normal(0, 0.7, n)
    return x, (odd > np.quantile(odd, 0.9)).astype("float32")


def balance(labels):
    values, counts = np.unique(labels, return_counts=True)
    return {int(c): n / len(labels) * len(values) for c, n in zip(values, counts)}


def detector(width=24):
    return keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(width, activation="relu"),
            layers.Dense(width, activation="relu"),
            layers.Dense(1, activation="sigmoid", name="fraud"),
        ]
    )


keras.utils.set_random_seed(38)
x, y = payments(1600, 38)
model = detector()
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=4, batch_size=64, class_weight=balance(y), verbose=0)
