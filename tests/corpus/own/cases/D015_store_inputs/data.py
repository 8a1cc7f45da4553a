"""Daily sales of shops with their history, promotions and location."""
import numpy as np
import tensorflow as tf


def shops(count, days, seed):
    rng = np.random.default_rng(seed)
    level = rng.uniform(5, 20, (count, 1))
    week = 1 + 0.4 * np.sin(2 * np.pi * (np.arange(days + 1) + rng.integers(0, 7, (count, 1))) / 7)
    promo = rng.random((count, 7)) < 0.2
    sales = level * week + rng.normal(0, 0.5, (count, days + 1))
    return {
        "sales_history": sales[:, :-1, None].astype("float32"),
        "promotion": promo.astype("float32"),
        "district": rng.integers(0, 9, (count, 1)),
    }, (sales[:, -1:] * (1 + 0.2 * promo[:, :1])).astype("float32")


def to_batches(columns, target, size):
    return tf.data.Dataset.from_tensor_slices((columns, target)).shuffle(500, seed=3).batch(size)
