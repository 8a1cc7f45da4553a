"""Yield and risk of frost; the vector in between is an output of a second model."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from fill import FillGaps


@dataclass
class FieldConfig:
    weeks: int = 20
    signals: int = 3
    width: int = 24
    epochs: int = 5


def fields(config, count, seed):
    rng = np.random.default_rng(seed)
    season = rng.normal(0, 1, (count, config.weeks, config.signals)).cumsum(axis=1) / 4
    harvest = np.maximum(0, 3 + season[..., 0].mean(axis=1) + season[:, -1, 1])
    frost = (season[..., 2].min(axis=1) < -0.8).astype("int32")
    season[rng.random(season.shape) < 0.1] = np.nan
    return season.astype("float32"), harvest.astype("float32"), frost


def build(config):
    season = keras.Input((config.weeks, config.signals), name="season")
    x = FillGaps(name="filled")(season)
    x = layers.Conv1D(config.width, 3, padding="same", activation="relu", name="local")(x)
    x = layers.GRU(config.width, name="memory")(x)
    vector = layers.UnitNormalization(name="vector")(layers.Dense(8, name="code")(x))
    harvest = layers.Dense(1, activation="softplus", name="harvest")(x)
    frost = layers.Dense(2, activation="softmax", name="frost")(vector)
    describer = keras.Model(season, vector, name="describer")
    return keras.Model(season, {"harvest": harvest, "frost": frost}, name="fields"), describer


def main():
    config = FieldConfig()
    keras.utils.set_random_seed(83)
    season, harvest, frost = fields(config, 500, seed=0)
    model, describer = build(config)
    model.compile(
        optimizer=keras.optimizers.Adam(5e-3),
        loss={"harvest": "mse", "frost": "sparse_categorical_crossentropy"},
        loss_weights={"harvest": 0.5, "frost": 1.0},
        metrics={"frost": ["accuracy"]},
    )
    targets = {"harvest": harvest[:, None], "frost": frost}
    history = model.fit(season, targets, epochs=config.epochs, batch_size=32, verbose=0)
    again, harvest_again, _ = fields(config, 100, seed=1)
    found = model.predict(again, verbose=0)
    error = np.abs(found["harvest"][:, 0] - harvest_again).mean()
    print("error", error, describer.predict(again[:2], verbose=0).shape)
    return model, history, error


if __name__ == "__main__":
    model, history, error = main()
