"""Digits with noisy labels, trained for a short while."""
import keras
import numpy as np
from keras import layers, regularizers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(6)
rng = np.random.default_rng(6)
x, y = load_digits(return_X_y=True)
wrong = rng.random(len(y)) < 0.2
y = np.where(wrong, rng.integers(0, 10, len(y)), y)
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(32, activation="relu", kernel_regularizer=regularizers.L2(1e-3)),
        layers.Dropout(0.3),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 16.0, y, validation_split=0.2, epochs=15, verbose=0)
