"""Classify sounds of machines; rare kinds count more."""
import argparse

import keras
from keras import layers

from clips import KINDS, ClipBatches


def block(x, filters, name):
    y = layers.Conv1D(filters, 9, padding="same", name=f"{name}_conv")(x)
    y = layers.BatchNormalization(name=f"{name}_bn")(y)
    y = layers.Activation("relu", name=f"{name}_relu")(y)
    return layers.MaxPooling1D(4, name=f"{name}_pool")(y)


def gate(x, ratio, name):
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling1D(keepdims=True, name=f"{name}_mean")(x)
    s = layers.Dense(channels // ratio, activation="relu", name=f"{name}_in")(s)
    s = layers.Dense(channels, activation="sigmoid", name=f"{name}_out")(s)
    return layers.Multiply(name=f"{name}_scale")([x, s])


def build(samples, kinds, filters=(12, 24, 32)):
    clip = keras.Input((samples, 1), name="clip")
    x = clip
    for depth, width in enumerate(filters):
        x = block(x, width, f"b{depth}")
        x = gate(x, 4, f"g{depth}")
    x = layers.GlobalMaxPooling1D(name="top")(x)
    return keras.Model(clip, layers.Dense(kinds, activation="softmax", name="kind")(x))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=512)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--epochs", type=int, default=1)
    options = parser.parse_args()
    keras.utils.set_random_seed(55)
    train = ClipBatches(6, options.batch, options.samples, seed=1)
    check = ClipBatches(2, options.batch, options.samples, seed=2)
    model = build(options.samples, len(KINDS))
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        weighted_metrics=["accuracy"],
    )
    history = model.fit(train, validation_data=check, epochs=options.epochs, verbose=0)
    print(history.history)
    return model, history


if __name__ == "__main__":
    model, history = main()
