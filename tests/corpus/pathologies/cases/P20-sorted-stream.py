"""Spectra of five minerals, read class by class."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers

CLASSES, BANDS, PER_CLASS = 5, 60, 800
SHUFFLE = 20


def spectra(rng):
    """One file for each mineral, read one after the other."""
    grid = np.linspace(0, 1, BANDS)
    rows, labels = [], []
    for label in range(CLASSES):
        centre = 0.3 + 0.1 * label
        bump = np.exp(-((grid - centre) ** 2) / 0.01)
        rows.append(bump + rng.normal(0, 0.6, (PER_CLASS, BANDS)))
        labels.append(np.full(PER_CLASS, label))
    return np.concatenate(rows).astype("float32"), np.concatenate(labels)


def stream(rows, labels, batch=16):
    ds = tf.data.Dataset.from_tensor_slices((rows, labels))
    ds = ds.shuffle(SHUFFLE, seed=1)
    return ds.batch(batch).prefetch(2)


keras.utils.set_random_seed(22)
rng = np.random.default_rng(22)
train, valid = stream(*spectra(rng)), stream(*spectra(rng))
model = keras.Sequential(
    [
        keras.Input((BANDS,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(CLASSES, activation="softmax"),
    ]
)
model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train, validation_data=valid, epochs=8, verbose=0)
