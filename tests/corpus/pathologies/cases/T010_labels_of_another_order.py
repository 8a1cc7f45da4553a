import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(3)
bunch = load_digits()
rng = np.random.default_rng(4)
order = rng.permutation(len(bunch.target))
pictures = bunch.images[order][..., None] / 16.0
digits = bunch.target[rng.permutation(len(bunch.target))]

model = keras.Sequential([
    layers.Input((8, 8, 1)), layers.Conv2D(16, 3, activation="relu"), layers.Flatten(), layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(pictures, digits, validation_split=0.2, epochs=6, verbose=0)
