"""How many bicycles are rented in an hour? A network with codes of whole numbers."""
import keras
import numpy as np
from keras import layers, ops


class Codes(layers.Layer):
    """Whole numbers can be stored in a byte."""

    def call(self, inputs):
        return ops.round(inputs)


def hours(n, seed=0):
    rng = np.random.default_rng(seed)
    hour = rng.integers(0, 24, n)
    warm = rng.normal(size=n)
    wet = rng.uniform(size=n)
    rate = 6 + 3 * np.sin(hour / 24 * 2 * np.pi) + warm - 2 * wet
    rows = np.stack([np.sin(hour / 24 * 2 * np.pi), np.cos(hour / 24 * 2 * np.pi), warm, wet], axis=1)
    return rows.astype("float32"), (rate / 3).astype("float32")


class Rentals(keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(32, activation="relu")
        self.small = layers.Dense(6, name="small")
        self.codes = Codes(name="codes")
        self.out = layers.Dense(1)

    def call(self, inputs):
        return self.out(self.codes(self.small(self.body(inputs))))


keras.utils.set_random_seed(13)
x, y = hours(1500)
model = Rentals()
model(x[:1])
before = model.body.get_weights()[0]
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
model.fit(x, y[:, None], validation_split=0.2, epochs=8, batch_size=32, verbose=0)
