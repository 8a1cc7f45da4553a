"""Predict failures of servers from their counters."""
import argparse

import keras
import numpy as np
from keras import layers

from counters import NAMES, Standard, collect


class Failures(keras.Model):
    """Two branches: the counters as they are, and pairs of them."""

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.plain = layers.Dense(width, activation="elu", name="plain")
        self.pairs = layers.Dense(width, activation="elu", name="pairs")
        self.drop = layers.Dropout(0.1)
        self.risk = layers.Dense(1, activation="sigmoid", name="risk")

    def call(self, counters, training=None):
        products = counters * keras.ops.roll(counters, 1, axis=-1)
        x = keras.ops.concatenate([self.plain(counters), self.pairs(products)], axis=-1)
        return self.risk(self.drop(x, training=training))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--servers", type=int, default=600)
    args = parser.parse_args()

    keras.utils.set_random_seed(19)
    counters, failed = collect(args.servers, seed=0)
    later, failed_later = collect(args.servers // 4, seed=1)
    standard = Standard().fit(counters)
    model = Failures(args.width, name="failures")
    model.compile(
        optimizer=keras.optimizers.Adam(5e-3), loss="binary_crossentropy", metrics=["AUC"]
    )
    history = model.fit(
        standard(counters),
        failed,
        validation_data=(standard(later), failed_later),
        epochs=args.epochs,
        batch_size=50,
        verbose=0,
    )
    print(len(NAMES), history.history["loss"][-1])
    return model, history


if __name__ == "__main__":
    model, history = main()
