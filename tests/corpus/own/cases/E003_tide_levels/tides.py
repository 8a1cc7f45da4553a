"""Forecast water levels for the next six hours from two days."""
import argparse

import keras
import numpy as np
from keras import layers


def measure(hours, seed):
    rng = np.random.default_rng(seed)
    t = np.arange(hours)
    moon = np.sin(2 * np.pi * t / 12.42) + 0.4 * np.sin(2 * np.pi * t / 24.0)
    wind = np.convolve(rng.normal(size=hours), np.ones(9) / 9, mode="same")
    pressure = np.cumsum(rng.normal(0, 0.05, hours))
    level = moon + 0.5 * wind - 0.1 * pressure
    return np.stack([level, wind, pressure], axis=1).astype("float32")


class Windows:
    """Cuts a record into pairs of past and future."""

    def __init__(self, past, ahead):
        self.past = past
        self.ahead = ahead

    def cut(self, record):
        last = len(record) - self.past - self.ahead + 1
        x = np.stack([record[i : i + self.past] for i in range(last)])
        y = np.stack([record[i + self.past : i + self.past + self.ahead, 0] for i in range(last)])
        return x, y


def scale(record, reference):
    mean, deviation = reference.mean(axis=0), reference.std(axis=0)
    return (record - mean) / (deviation + 1e-6)


def build(past, signals, ahead):
    record = keras.Input((past, signals), name="record")
    x = layers.Conv1D(24, 5, strides=2, activation="relu", name="local")(record)
    x = layers.Bidirectional(layers.GRU(16), name="memory")(x)
    x = layers.Dense(32, activation="relu", name="mix")(x)
    return keras.Model(record, layers.Dense(ahead, name="levels")(x), name="tides")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--past", type=int, default=36)
    parser.add_argument("--ahead", type=int, default=6)
    parser.add_argument("--epochs", type=int, default=1)
    args = parser.parse_args()

    keras.utils.set_random_seed(12)
    record = measure(600, seed=1)
    border = 450
    train_part, val_part = record[:border], record[border:]
    windows = Windows(args.past, args.ahead)
    x_train, y_train = windows.cut(scale(train_part, train_part))
    x_val, y_val = windows.cut(scale(val_part, train_part))

    model = build(args.past, record.shape[1], args.ahead)
    model.compile(optimizer="adam", loss="huber", metrics=["mae"])
    history = model.fit(
        x_train,
        y_train,
        validation_data=(x_train, y_val),
        epochs=args.epochs,
        batch_size=32,
        callbacks=[keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)],
        verbose=0,
    )
    print({name: values[-1] for name, values in history.history.items()})
    return model, history


if __name__ == "__main__":
    model, history = main()
