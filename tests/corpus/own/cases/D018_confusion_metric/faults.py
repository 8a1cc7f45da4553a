"""Bearing faults from vibration spectra."""
import argparse

import keras
import numpy as np
from keras import layers

from metrics import BalancedAccuracy

FAULTS = ["none", "inner ring", "outer ring", "ball", "cage"]


def spectra(count, bins, rng):
    fault = rng.choice(len(FAULTS), count, p=[0.6, 0.1, 0.1, 0.1, 0.1])
    power = rng.exponential(0.1, (count, bins))
    for row, kind in zip(power, fault):
        if kind:
            row[3 * kind :: 5 * kind + 2] += 1.0
    return np.log(power + 1e-3).astype("float32"), fault


def regularised(units, strength):
    return layers.Dense(
        units,
        activation="swish",
        kernel_regularizer=keras.regularizers.L2(strength),
    )


def network(bins, strength):
    return keras.Sequential(
        [
            keras.Input((bins,), name="spectrum"),
            layers.Normalization(name="scale"),
            regularised(48, strength),
            layers.Dropout(0.2),
            regularised(24, strength),
            layers.Dense(len(FAULTS), activation="softmax", name="fault"),
        ]
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bins", type=int, default=90)
    parser.add_argument("--l2", type=float, default=1e-4)
    options = parser.parse_args()
    keras.utils.set_random_seed(19)
    rng = np.random.default_rng(19)
    x, y = spectra(400, options.bins, rng)
    model = network(options.bins, options.l2)
    model.get_layer("scale").adapt(x)
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy", BalancedAccuracy(len(FAULTS))],
    )
    model.fit(x, y, validation_split=0.2, batch_size=64, epochs=1, verbose=0)
    print(model.evaluate(*spectra(100, options.bins, rng), verbose=0, return_dict=True))


if __name__ == "__main__":
    main()
