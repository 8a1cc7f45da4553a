import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(6)
rng = np.random.default_rng(5)
x = rng.normal(size=(1000, 6)).astype("float32")
y = (x[:, :1] - 2 * x[:, 1:2] > 0).astype("float32")


def log_likelihood(y_true, y_pred):
    p = ops.clip(y_pred, 1e-6, 1 - 1e-6)
    return ops.mean(y_true * ops.log(p) + (1 - y_true) * ops.log(1 - p), axis=-1)


model = keras.Sequential([layers.Input((6,)), layers.Dense(24, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss=log_likelihood, metrics=["accuracy"])
model.fit(x, y, epochs=8, verbose=0)
