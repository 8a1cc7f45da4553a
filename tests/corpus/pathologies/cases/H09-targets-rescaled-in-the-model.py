"""Diabetes progression, in its own unit."""
import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_diabetes, make_regression
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(9)
x, y = make_regression(900, 8, n_informative=5, noise=5.0, random_state=9)
y = y + 300.0
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1),
        layers.Rescaling(scale=float(y.std()), offset=float(y.mean())),
    ]
)
model.compile(keras.optimizers.Adam(3e-3), "mse", metrics=["mae"])
model.fit(StandardScaler().fit_transform(x), y, validation_split=0.2, epochs=25, verbose=0)
