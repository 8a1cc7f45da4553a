"""Separate points inside a ring from points on it."""
import argparse

import keras
import numpy as np
from keras import layers
from sklearn.datasets import make_circles


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--units", type=int, nargs="+", default=[32, 32, 16])
    parser.add_argument("--lr", type=float, default=5e-3)
    return parser.parse_args()


def load(seed=3):
    points, labels = make_circles(n_samples=1200, noise=0.08, factor=0.5, random_state=seed)
    return points.astype("float32"), labels.astype("float32")


def build_model(n_features, hidden):
    inputs = keras.Input((n_features,), name="point")
    x = inputs
    for index, units in enumerate(hidden):
        x = layers.Dense(units, name=f"hidden_{index}")(x)
    outputs = layers.Dense(1, activation="sigmoid", name="inside")(x)
    return keras.Model(inputs, outputs, name="rings")


def main():
    args = parse_args()
    keras.utils.set_random_seed(11)
    x, y = load()
    model = build_model(x.shape[1], args.units)
    model.compile(keras.optimizers.Adam(args.lr), "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, validation_split=0.2, epochs=args.epochs, batch_size=args.batch_size, verbose=0)
    return model


if __name__ == "__main__":
    model = main()
