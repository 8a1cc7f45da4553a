"""Forecasts the next reading of a sensor, window after window in order of time."""

import keras, numpy as np
from keras import layers
keras.utils.set_random_seed(0)
t = np.arange(4000)
series = np.sin(t / 150) + 0.3 * np.sin(t / 9) + np.random.default_rng(0).normal(0, 0.05, 4000)
x = np.stack([series[i:i + 20] for i in range(3900)])[..., None].astype("float32")
y = series[20:3920].astype("float32")
model = keras.Sequential([keras.Input((20, 1)), layers.LSTM(16), layers.Dense(1)])
model.compile(keras.optimizers.Adam(3e-3), "mse")
model.fit(x[:3200], y[:3200], validation_data=(x[3200:], y[3200:]), epochs=6, batch_size=32, shuffle=False, verbose=0)
