"""Pictures with a hat of one of three colours."""
import numpy as np
import tensorflow as tf

SPECIES = ("red", "brown", "white")
COLOURS = np.array([[200, 40, 30], [140, 90, 50], [230, 225, 210]])


def draw(count, side, seed):
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, len(SPECIES), count)
    pictures = rng.integers(40, 90, (count, side, side, 3))
    for picture, kind in zip(pictures, kinds):
        top, left = rng.integers(2, side // 2, 2)
        size = side // 2 - 2
        picture[top : top + size, left : left + size] = COLOURS[kind]
    return pictures.astype("uint8"), kinds.astype("int32")


def to_floats(picture, kind):
    return tf.cast(picture, tf.float32) / 255.0, kind


def dataset(count, side, batch, seed):
    data = tf.data.Dataset.from_tensor_slices(draw(count, side, seed))
    return data.shuffle(count, seed=seed).map(to_floats).batch(batch).prefetch(2)
