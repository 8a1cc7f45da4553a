"""Digits, shuffled before they are split."""
import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits


def mix(x, y, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    return x[order], y


def split(x, y, share=0.8):
    cut = int(len(x) * share)
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def network():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(24, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


keras.utils.set_random_seed(14)
images, labels = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1).astype("float32") / 16
images, labels = mix(images, labels, 0)
train, valid = split(images, labels)
model = network()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(*train, validation_data=valid, epochs=12, batch_size=32, verbose=0)
