"""House prices."""
import keras
import numpy as np
from keras import layers
from sklearn.preprocessing import StandardScaler


def houses(n, seed):
    rng = np.random.default_rng(seed)
    area = rng.gamma(9, 14, n)
    rooms = np.clip((area / 28 + rng.normal(0, 0.7, n)).round(), 1, 9)
    age = rng.integers(0, 90, n)
    centre = rng.exponential(8, n)
    price = 90_000 + 2_900 * area + 12_000 * rooms - 700 * age - 4_000 * centre
    price = price + rng.normal(0, 20_000, n)
    return np.stack([area, rooms, age, centre], axis=1), price


def regressor(n_features):
    return keras.Sequential(
        [
            keras.Input((n_features,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(32, activation="relu"),
            layers.Dense(1, name="price"),
        ]
    )


keras.utils.set_random_seed(26)
table, price = houses(1000, 26)
x = StandardScaler().fit_transform(table)
y = price
model = regressor(x.shape[1])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse", metrics=["mae"])
model.fit(x, y, validation_split=0.2, epochs=15, batch_size=32, verbose=0)
