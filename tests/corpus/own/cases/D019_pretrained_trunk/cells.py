"""Cell types from gene expression: pretrain without labels, then use the few labels there are."""
import argparse
import os
import tempfile
from dataclasses import dataclass

import keras
import numpy as np

from nets import autoencoder, classifier, trunk


@dataclass
class Stage:
    width: int
    depth: int
    epochs: int = 1
    drop: float = 0.0


PRETRAIN = Stage(width=48, depth=2)
FINETUNE = Stage(width=64, depth=2, drop=0.2)


def expression(cells, genes, types, seed):
    rng = np.random.default_rng(seed)
    profile = np.random.default_rng(0).gamma(1.0, 1.0, (types, genes))
    kind = rng.integers(0, types, cells)
    return np.log1p(rng.poisson(profile[kind])).astype("float32"), kind


def pretrain(genes, path):
    x, _ = expression(300, genes, 6, seed=1)
    model, encoder = autoencoder(genes, PRETRAIN.width, PRETRAIN.depth)
    model.compile("adam", "mse")
    model.fit(x, x, epochs=PRETRAIN.epochs, verbose=0)
    encoder.save_weights(path)


def finetune(genes, path):
    x, kind = expression(80, genes, 6, seed=2)
    encoder = trunk(genes, FINETUNE.width, FINETUNE.depth, FINETUNE.drop)
    encoder.load_weights(path)
    model = classifier(encoder, classes=6)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, kind, epochs=FINETUNE.epochs, verbose=0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--genes", type=int, default=120)
    args = parser.parse_args()
    keras.utils.set_random_seed(25)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "trunk.weights.h5")
        pretrain(args.genes, file)
        finetune(args.genes, file)
