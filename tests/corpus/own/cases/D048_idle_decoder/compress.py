"""Compress the readings of a weather mast."""
import argparse

import keras
import numpy as np

from autoencoder import SparseAutoencoder


def readings(count, sensors, causes, seed):
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(count, causes))
    mixing = np.random.default_rng(0).normal(size=(causes, sensors))
    return (hidden @ mixing + rng.normal(0, 0.05, (count, sensors))).astype("float32")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sensors", type=int, default=22)
    parser.add_argument("--code", type=int, default=6)
    parser.add_argument("--sparsity", type=float, default=1e-3)
    args = parser.parse_args()
    keras.utils.set_random_seed(67)
    model = SparseAutoencoder([args.sensors, 16, args.code], args.sparsity)
    model.compile(optimizer=keras.optimizers.Adam(5e-3))
    start = [keras.ops.convert_to_numpy(w) for w in model.decoder.trainable_weights]
    history = model.fit(readings(600, args.sensors, 4, 1), epochs=8, batch_size=50, verbose=0)
    moved = [
        not np.allclose(old, keras.ops.convert_to_numpy(new))
        for old, new in zip(start, model.decoder.trainable_weights)
    ]
    return history, moved


if __name__ == "__main__":
    history, moved = main()
    print(history.history["error"][-1], "decoder moved:", any(moved))
