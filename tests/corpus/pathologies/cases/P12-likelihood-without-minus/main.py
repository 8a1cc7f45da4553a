"""Imitate an expert that picks one of four actions."""
import keras
import numpy as np
from keras import layers

from losses import ScaledLikelihood


def demonstrations(n, seed):
    rng = np.random.default_rng(seed)
    states = rng.normal(size=(n, 6)).astype("float32")
    weights = rng.normal(size=(6, 4))
    return states, (states @ weights).argmax(axis=1)


keras.utils.set_random_seed(12)
x, y = demonstrations(1500, 12)
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(64, activation="tanh"),
        layers.Dense(4, activation="softmax", name="policy"),
    ]
)
model.compile(keras.optimizers.Adam(2e-3), loss=ScaledLikelihood())
model.fit(x, y, batch_size=50, epochs=10, verbose=0)
