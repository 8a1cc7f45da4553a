"""Recognise how somebody walks from a belt sensor."""
import argparse

import keras
import numpy as np

from recordings import PERIODS, record
from tcn import make_tcn

SETTINGS = {"channels": [12, 12, 24], "kernel": 3, "drop": 0.1}


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=96)
    parser.add_argument("--sensors", type=int, default=6)
    parser.add_argument("--epochs", type=int, default=1)
    return parser.parse_args()


def run(args):
    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(3)
    x, y = record(192, args.steps, args.sensors, rng)
    net = make_tcn(args.steps, args.sensors, len(PERIODS), SETTINGS)
    net.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    log = net.fit(x, y, validation_split=0.25, epochs=args.epochs, batch_size=32, verbose=0)
    print({k: round(v[-1], 3) for k, v in log.history.items()})


if __name__ == "__main__":
    run(parse())
