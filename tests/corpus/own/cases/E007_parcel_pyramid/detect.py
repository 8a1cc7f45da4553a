"""Locate parcels on a conveyor belt with a feature pyramid."""
import keras
import numpy as np

from pyramid import PyramidConfig, build_detector


def belt(config, count, seed=0):
    """Pictures with one bright parcel; heat maps at the stride of the finest level."""
    rng = np.random.default_rng(seed)
    side, cells = config.side, config.side // config.finest
    pictures = rng.normal(0, 0.1, (count, side, side, 3)).astype("float32")
    heat = np.zeros((count, cells, cells, 1), "float32")
    size = np.zeros((count, cells, cells, 2), "float32")
    for n in range(count):
        height, width = rng.integers(12, 30, 2)
        top, left = rng.integers(0, side - height), rng.integers(0, side - width)
        pictures[n, top : top + height, left : left + width] += 0.8
        row, column = (top + height // 2) // config.finest, (left + width // 2) // config.finest
        heat[n, row, column] = 1.0
        size[n, row, column] = height / side, width / side
    return pictures, {"heat": heat, "size": size}


def main():
    keras.utils.set_random_seed(5)
    config = PyramidConfig()
    pictures, targets = belt(config, 24)
    detector = build_detector(config)
    detector.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss={"heat": keras.losses.BinaryFocalCrossentropy(), "size": "mae"},
        loss_weights={"heat": 1.0, "size": 0.1},
    )
    history = detector.fit(pictures, targets, batch_size=8, epochs=1, verbose=0)
    print(history.history["loss"])
    return detector, history


if __name__ == "__main__":
    detector, history = main()
