import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
rng = np.random.default_rng(0)
area = rng.uniform(30, 200, 900)
rooms = rng.integers(1, 7, 900)
age = rng.uniform(0, 80, 900)
X = np.stack([area, rooms, age], axis=1)
X = ((X - X.mean(axis=0)) / X.std(axis=0)).astype("float32")
rent = (4 + 0.09 * area + 0.8 * rooms - 0.03 * age + rng.normal(0, 0.5, 900)).astype("float32")

model = keras.Sequential([
    layers.Input((3,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="tanh", name="rent"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
model.fit(X, rent, epochs=30, batch_size=32, verbose=0)
