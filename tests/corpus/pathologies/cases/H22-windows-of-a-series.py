"""Forecast a noisy seasonal series from windows in time order, with statistics of the past alone."""
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(22)
rng = np.random.default_rng(22)
t = np.arange(2200)
series = 50 + 0.01 * t + 8 * np.sin(2 * np.pi * t / 24) + 3 * np.sin(2 * np.pi * t / 168) + rng.normal(0, 1, t.size)
past = series[:1800]
scaled = ((series - past.mean()) / past.std()).astype("float32")
WINDOW = 48


def windows(values, shuffle):
    return keras.utils.timeseries_dataset_from_array(
        values[:-1, None], values[WINDOW:], WINDOW, batch_size=64, shuffle=shuffle, seed=1
    )


model = keras.Sequential(
    [
        keras.Input((WINDOW, 1)),
        layers.Conv1D(16, 5, activation="relu"),
        layers.GRU(16),
        layers.Dense(1),
    ]
)
model.compile(keras.optimizers.Adam(5e-3), "huber", metrics=["mae"])
model.fit(windows(scaled[:1800], True), validation_data=windows(scaled[1800 - WINDOW :], False), epochs=8, verbose=0)
