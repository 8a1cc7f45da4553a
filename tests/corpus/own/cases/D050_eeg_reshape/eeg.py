"""Sleep stages from EEG.  The recorder writes (epoch, electrode, sample)."""
import argparse

import keras
import numpy as np
from keras import layers

STAGES = ("wake", "light", "deep", "dream")


def recorder(count, electrodes, samples, seed):
    rng = np.random.default_rng(seed)
    stage = rng.integers(0, len(STAGES), count)
    t = np.arange(samples)
    period = np.array([4, 9, 20, 6])[stage][:, None, None]
    site = rng.uniform(0.2, 2.0, (1, electrodes, 1))
    phase = rng.uniform(0, 6, (count, electrodes, 1))
    wave = site * np.sin(2 * np.pi * t / period + phase)
    return (wave + rng.normal(0, 0.3, wave.shape)).astype("float32"), stage


def standardise(epochs):
    mean = epochs.mean(axis=-1, keepdims=True)
    return (epochs - mean) / (epochs.std(axis=-1, keepdims=True) + 1e-6)


def time_first(epochs):
    count, electrodes, samples = epochs.shape
    return epochs.reshape(count, samples, electrodes)


def scorer(samples, electrodes, filters):
    epoch = keras.Input((samples, electrodes), name="epoch")
    x = epoch
    for number, width in enumerate(filters):
        x = layers.Conv1D(width, 7, strides=2, activation="relu", name=f"waves{number}")(x)
    x = layers.GlobalAveragePooling1D(name="power")(x)
    return keras.Model(epoch, layers.Dense(len(STAGES), activation="softmax", name="stage")(x))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--electrodes", type=int, default=5)
    parser.add_argument("--samples", type=int, default=120)
    args = parser.parse_args()
    keras.utils.set_random_seed(71)
    raw, stage = recorder(300, args.electrodes, args.samples, seed=71)
    x = time_first(standardise(raw))
    model = scorer(args.samples, args.electrodes, (12, 16))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, stage, epochs=2, batch_size=30, verbose=0)
    return raw, x, model


if __name__ == "__main__":
    raw, x, model = main()
    print(x.shape)
