"""Leaf photographs as they come out of the archive: (channel, row, column), 8 bit."""
import numpy as np
import tensorflow as tf


class Archive:
    """A stand-in for the memory-mapped file of the institute."""

    def __init__(self, count, side, seed):
        rng = np.random.default_rng(seed)
        self.sick = rng.integers(0, 4, count)
        self.pixels = rng.integers(60, 120, (count, 3, side, side)).astype("uint8")
        for image, kind in zip(self.pixels, self.sick):
            image[1] += 60
            for _ in range(6 * kind):
                row, column = rng.integers(0, side - 4, 2)
                image[:, row : row + 4, column : column + 4] = (90, 40, 10 * kind)[kind % 3]

    def __len__(self):
        return len(self.sick)


def prepare(image, label):
    image = tf.cast(image, tf.float32) / 255.0
    return image, label


def augment(image, label):
    return tf.image.adjust_brightness(image, 0.05), label


def stream(archive, batch, training):
    data = tf.data.Dataset.from_tensor_slices((archive.pixels, archive.sick))
    data = data.map(prepare)
    if training:
        data = data.shuffle(len(archive), seed=0).map(augment)
    return data.batch(batch).prefetch(tf.data.AUTOTUNE)
