"""Wages from sparse one-hot columns and two numbers; wages are scaled for training."""
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(18)
rng = np.random.default_rng(18)
n, trades, towns = 2000, 40, 25
trade, town = rng.integers(0, trades, n), rng.integers(0, towns, n)
numbers = rng.normal(size=(n, 2))
wage = 32_000 + 9_000 * rng.normal(size=trades)[trade] + 3_000 * rng.normal(size=towns)[town]
wage = wage + 2_000 * numbers[:, 0] + 1_000 * rng.normal(size=n)
x = np.concatenate([np.eye(trades)[trade], np.eye(towns)[town], numbers], axis=1).astype("float32")
cut = 1600
mean, spread = wage[:cut].mean(), wage[:cut].std()
y = ((wage - mean) / spread).astype("float32")

model = keras.Sequential([keras.Input((x.shape[1],)), layers.Dense(32, activation="relu"), layers.Dense(1)])
model.compile(keras.optimizers.Adam(3e-3), "mse", metrics=["mae"])
model.fit(x[:cut], y[:cut], validation_data=(x[cut:], y[cut:]), epochs=15, batch_size=32, verbose=0)
predicted = model.predict(x[cut:], verbose=0)[:, 0] * spread + mean
