"""Predict which machine fails tomorrow."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Fleet:
    """A made-up fleet: 3 machines in 100 fail."""

    def __init__(self, n, seed):
        rng = np.random.default_rng(seed)
        self.sensors = rng.normal(size=(n, 10)).astype("float32")
        wear = self.sensors[:, 0] + 0.8 * self.sensors[:, 3] + rng.normal(0, 1.2, n)
        self.fails = (wear > np.quantile(wear, 0.97)).astype("float32")

    def dataset(self, batch):
        ds = tf.data.Dataset.from_tensor_slices((self.sensors, self.fails))
        return ds.shuffle(4096, seed=0).batch(batch)


def build():
    inputs = keras.Input((10,), name="sensors")
    x = layers.Dense(16, activation="relu")(inputs)
    x = layers.Dropout(0.3)(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid", name="fails")(x))


def train(model, data, epochs):
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(data, epochs=epochs, verbose=0)


keras.utils.set_random_seed(19)
fleet = Fleet(3000, 19)
x, y = fleet.sensors, fleet.fails
model = build()
train(model, fleet.dataset(64), 8)
