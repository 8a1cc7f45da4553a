"""Find cracks in pictures of concrete walls."""
import argparse

import keras
import numpy as np

from unet import CrackNet, Settings


def walls(count, side, rng):
    pictures = rng.uniform(0.4, 0.6, (count, side, side, 1)).astype("float32")
    masks = np.zeros_like(pictures)
    for picture, mask in zip(pictures, masks):
        column = int(rng.integers(8, side - 8))
        for row in range(side):
            column = int(np.clip(column + rng.integers(-1, 2), 1, side - 2))
            picture[row, column - 1 : column + 1] -= 0.35
            mask[row, column - 1 : column + 1] = 1.0
    return pictures, masks


def dice(y_true, y_pred):
    shared = keras.ops.sum(y_true * y_pred, axis=(1, 2, 3))
    total = keras.ops.sum(y_true + y_pred, axis=(1, 2, 3))
    return 1.0 - keras.ops.mean((2.0 * shared + 1.0) / (total + 1.0))


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=96)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--count", type=int, default=24)
    return parser.parse_args()


def main():
    options = parse()
    keras.utils.set_random_seed(4)
    rng = np.random.default_rng(4)
    pictures, masks = walls(options.count, options.side, rng)
    net = CrackNet(Settings(side=options.side)).build()
    net.compile(optimizer=keras.optimizers.Adam(1e-3), loss=dice, metrics=["binary_accuracy"])
    history = net.fit(pictures, masks, batch_size=8, epochs=options.epochs, verbose=0)
    print("loss", history.history["loss"][-1])
    return net, history


if __name__ == "__main__":
    net, history = main()
