"""Find defective parts: a rare class, so it is oversampled."""
import keras
import numpy as np
from keras import layers
from sklearn.model_selection import train_test_split


def measure_parts(n, rng):
    x = rng.normal(size=(n, 12)).astype("float32")
    score = x[:, 0] * x[:, 1] + 0.5 * x[:, 2] + rng.normal(0, 1.0, n)
    return x, (score > np.quantile(score, 0.85)).astype("float32")


def oversample(x, y, rng):
    rare = np.flatnonzero(y == 1)
    wanted = int((y == 0).sum()) - len(rare)
    chosen = rng.choice(rare, wanted)
    return np.concatenate([x, x[chosen]]), np.concatenate([y, y[chosen]])


rng = np.random.default_rng(18)
keras.utils.set_random_seed(18)
x, y = measure_parts(1000, rng)
x_all, y_all = oversample(x, y, rng)
x_train, x_valid, y_train, y_valid = train_test_split(x_all, y_all, test_size=0.25, random_state=0)
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(2e-3), "binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_valid, y_valid), epochs=25, batch_size=32, verbose=0)
