"""Hires of a bike-sharing scheme from recent hires, weather and calendar."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers


@dataclass
class BikeConfig:
    hours: int = 12
    weather: int = 4
    weekdays: int = 7
    width: int = 16
    rows: int = 700
    epochs: int = 6


def hires(cfg, seed):
    rng = np.random.default_rng(seed)
    weekday = rng.integers(0, cfg.weekdays, cfg.rows)
    weather = rng.normal(size=(cfg.rows, cfg.weather))
    recent = rng.normal(size=(cfg.rows, cfg.hours, 1))
    target = recent[:, -3:, 0].mean(1) + 0.5 * weather[:, 0] + 2.0 * (weekday >= 5)
    columns = [recent.astype("float32"), weather.astype("float32"), weekday[:, None]]
    return columns, (target + rng.normal(0, 0.1, cfg.rows)).astype("float32")[:, None]


class BikeModel:
    def __init__(self, cfg):
        self.cfg = cfg

    def recent_branch(self):
        recent = keras.Input((self.cfg.hours, 1), name="recent")
        x = layers.Conv1D(self.cfg.width, 3, activation="relu", name="recent_conv")(recent)
        return recent, layers.Flatten(name="recent_flat")(x)

    def weather_branch(self):
        weather = keras.Input((self.cfg.weather,), name="weather")
        return weather, layers.Dense(self.cfg.width, activation="relu", name="weather_dense")(weather)

    def calendar_branch(self):
        weekday = keras.Input((1,), dtype="int32", name="weekday")
        x = layers.Embedding(self.cfg.weekdays, 4, name="weekday_vector")(weekday)
        return weekday, layers.Flatten(name="weekday_flat")(x)

    def build(self):
        recent, features = self.recent_branch()
        weather, other = self.weather_branch()
        weekday, calendar = self.calendar_branch()
        features = layers.Concatenate(name="join")([features, other])
        if self.cfg.weekdays > 1:
            calendar = layers.Dense(self.cfg.width, activation="relu", name="day")(calendar)
            joined = layers.Concatenate(name="join_day")([features, calendar])
        x = layers.Dense(2 * self.cfg.width, activation="relu", name="hidden")(features)
        hires = layers.Dense(1, name="hires")(x)
        return keras.Model([recent, weather, weekday], hires, name="bikes")


def main():
    cfg = BikeConfig()
    keras.utils.set_random_seed(51)
    model = BikeModel(cfg).build()
    model.compile(optimizer=keras.optimizers.Adam(5e-3), loss="mse", metrics=["mae"])
    x, y = hires(cfg, seed=0)
    model.fit(x, y, epochs=cfg.epochs, batch_size=50, validation_split=0.2, verbose=0)
    return model, hires(cfg, seed=1)


if __name__ == "__main__":
    model, (test_x, test_y) = main()
    print("mae", model.evaluate(test_x, test_y, verbose=0)[1])
