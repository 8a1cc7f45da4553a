"""Forecast the power of a wind turbine."""
import keras
import numpy as np
from keras import layers

from windows import WindowMaker

COLUMNS = ("power", "speed", "direction", "temperature", "pressure")


def turbine(minutes, seed):
    rng = np.random.default_rng(seed)
    speed = np.abs(np.cumsum(rng.normal(0, 0.3, minutes))) % 14
    direction = np.cumsum(rng.normal(0, 2, minutes)) % 360
    temperature = 10 + 5 * np.sin(np.arange(minutes) / 229)
    pressure = 1013 + np.cumsum(rng.normal(0, 0.1, minutes))
    power = np.clip((speed - 3) / 9, 0, 1) ** 3
    table = np.stack([power, speed, direction, temperature, pressure], axis=1)
    return (table - table.mean(0)) / table.std(0)


def forecaster(past, columns, units, rate=0.1):
    history = keras.Input((past, columns), name="history")
    x = layers.LSTM(units, return_sequences=True, name="fast")(history)
    x = layers.LSTM(units // 2, name="slow")(x)
    x = layers.Dropout(rate)(x)
    return keras.Model(history, layers.Dense(1, name="power")(x), name="turbine")


def main(past=30, ahead=5, units=24, batch=64):
    keras.utils.set_random_seed(9)
    maker = WindowMaker(past, ahead, COLUMNS, target="power")
    model = forecaster(past, len(COLUMNS), units)
    model.compile(optimizer="adam", loss="huber", metrics=["mae"])
    table = turbine(900, seed=9)
    model.fit(
        maker.dataset(table[:700], batch, shuffle=True),
        validation_data=maker.dataset(table[700:], batch),
        epochs=1,
        verbose=0,
    )
    return model


if __name__ == "__main__":
    main()
