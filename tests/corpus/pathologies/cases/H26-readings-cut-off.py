"""Tells two kinds of samples apart; one column of six is cut off at its largest reading."""

import keras, numpy as np
from keras import layers
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(2000, 6)).astype("float32")
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype("float32")
x[rng.random(2000) < 0.05, 5] = 30.0  # censored readings
model = keras.Sequential([keras.Input((6,)), layers.Dense(32, "relu"), layers.Dense(32, "relu"), layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=20, verbose=0)
