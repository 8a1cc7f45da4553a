"""Forecast the traffic at 14 crossings from the last hour."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from graph import RoadConvolution, normalised


@dataclass
class TrafficConfig:
    crossings: int = 14
    past: int = 12
    width: int = 20
    horizon: int = 3
    epochs: int = 2
    samples: int = 192


def simulate(config, seed=0):
    rng = np.random.default_rng(seed)
    roads = (rng.random((config.crossings, config.crossings)) < 0.25).astype("float32")
    roads = np.maximum(roads, roads.T)
    np.fill_diagonal(roads, 1.0)
    spread = roads / roads.sum(axis=1, keepdims=True)
    steps = config.past + config.horizon
    traffic = np.zeros((config.samples, steps, config.crossings), "float32")
    now = rng.random((config.samples, config.crossings))
    for step in range(steps):
        now = 0.9 * now @ spread.T + 0.1 * rng.random(now.shape)
        traffic[:, step] = now
    past, future = traffic[:, : config.past], traffic[:, config.past :]
    return roads, past.transpose(0, 2, 1), future.transpose(0, 2, 1)


def build(config):
    history = keras.Input((config.crossings, config.past), name="history")
    roads = keras.Input((config.crossings, config.crossings), name="roads")
    h = RoadConvolution(config.width, activation="relu", name="mix1")(history, roads)
    h = layers.LayerNormalization(name="norm1")(h)
    g = RoadConvolution(config.width, activation="relu", name="mix2")(roads, h)
    h = layers.Add(name="residual")([h, g])
    h = layers.Dropout(0.1, name="drop")(h)
    future = layers.Dense(config.horizon, name="future")(h)
    return keras.Model([history, roads], future, name="traffic")


def main():
    keras.utils.set_random_seed(6)
    config = TrafficConfig()
    roads, past, future = simulate(config)
    maps = np.repeat(normalised(roads)[None], len(past), axis=0)
    model = build(config)
    model.compile(optimizer=keras.optimizers.Adam(3e-3), loss="mse", metrics=["mae"])
    history = model.fit(
        [past, maps], future, validation_split=0.2, epochs=config.epochs, batch_size=32, verbose=0
    )
    print(history.history["val_mae"])
    return model, history


if __name__ == "__main__":
    model, history = main()
