import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(13)
x, y = load_digits(return_X_y=True)
x = (x / 16.0).astype("float32")
rng = np.random.default_rng(9)
wrong = rng.random(len(y)) < 0.7
y = np.where(wrong, rng.integers(0, 10, len(y)), y)

model = keras.Sequential([layers.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.25, verbose=0)
