"""Which customers will leave?"""
import argparse
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras import layers

PLANS = ("basic", "plus", "family")


def customers(count, seed):
    rng = np.random.default_rng(seed)
    plan = rng.integers(0, len(PLANS), count)
    months = rng.integers(1, 60, count)
    calls = rng.poisson(2, count)
    leaves = (calls + rng.normal(0, 1, count) > months / 12 + plan).astype("int32")
    table = np.column_stack([np.eye(len(PLANS))[plan], np.log(months), calls])
    return table.astype("float32"), leaves


def encode(table, leaves, classes):
    return table, tf.one_hot(leaves, classes)


def load(count, seed, batch, classes=2):
    data = tf.data.Dataset.from_tensor_slices(customers(count, seed))
    data = data.map(partial(encode, classes=classes))
    return data.shuffle(count, seed=seed).batch(batch)


class ChurnNet(keras.Model):
    def __init__(self, hidden, rate, **kwargs):
        super().__init__(**kwargs)
        self.scale = layers.BatchNormalization(name="scale")
        self.blocks = [
            keras.Sequential([layers.Dense(units, activation="relu"), layers.Dropout(rate)])
            for units in hidden
        ]
        self.leaves = layers.Dense(1, activation="sigmoid", name="leaves")

    def call(self, x, training=False):
        x = self.scale(x, training=training)
        for block in self.blocks:
            x = block(x, training=training)
        return self.leaves(x)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=400)
    parser.add_argument("--hidden", type=int, nargs="*", default=[20, 10])
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--batch", type=int, default=40)
    return parser.parse_args()


def main():
    options = parse()
    keras.utils.set_random_seed(49)
    model = ChurnNet(options.hidden, options.dropout)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-2),
        loss=keras.losses.BinaryCrossentropy(),
        metrics=[keras.metrics.AUC(name="auc")],
    )
    model.fit(
        load(options.customers, 0, options.batch),
        validation_data=load(options.customers // 4, 1, options.batch),
        epochs=1,
        verbose=0,
    )


if __name__ == "__main__":
    main()
