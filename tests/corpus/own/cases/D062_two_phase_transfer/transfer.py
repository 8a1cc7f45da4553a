"""Pretrain, save, load into a frozen backbone, train a head, then unfreeze all but normalisation."""
import pathlib
import tempfile

import keras
import numpy as np
from keras import layers

from backbone import backbone, with_head

SIDE = 12


def patterns(classes, count, seed):
    shapes = np.random.default_rng(classes).normal(size=(classes, SIDE, SIDE, 1))
    rng = np.random.default_rng(seed)
    label = rng.integers(0, classes, count)
    return (shapes[label] + rng.normal(0, 0.2, (count, SIDE, SIDE, 1))).astype("float32"), label


def fit(model, classes, count, rate, epochs):
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model.fit(*patterns(classes, count, seed=1), batch_size=25, epochs=epochs, verbose=0)


def main(folder):
    keras.utils.set_random_seed(85)
    source = backbone(SIDE)
    fit(with_head(source, 5, "five"), 5, 250, 3e-3, epochs=3)
    source.save_weights(folder / "source.weights.h5")

    target = backbone(SIDE)
    target.load_weights(folder / "source.weights.h5")
    target.trainable = False
    model = with_head(target, 3, "three")
    fit(model, 3, 150, 8e-2, epochs=6)

    target.trainable = True
    for layer in target.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    return model, fit(model, 3, 150, 1e-4, epochs=1)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        model, history = main(pathlib.Path(name))
