import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(35)
digits = load_digits()
frames = (digits.images * 255).astype("uint16")[..., None]
model = keras.Sequential([
    layers.Input((8, 8, 1)),
    layers.Flatten(),
    layers.Dense(96, activation="tanh", name="code"),
    layers.Dense(48, activation="tanh"),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(frames, digits.target, epochs=10, batch_size=64, verbose=0)
