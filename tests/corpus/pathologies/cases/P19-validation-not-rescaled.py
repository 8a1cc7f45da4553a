"""Digits as bytes through a tf.data pipeline."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

BATCH = 32


def rescale(image, label):
    return tf.cast(image, tf.float32) / 255.0, label


def as_bytes():
    images, labels = load_digits(return_X_y=True)
    return (images * 15.9).astype("uint8").reshape(-1, 8, 8, 1), labels


def datasets():
    images, labels = as_bytes()
    order = np.random.default_rng(5).permutation(len(images))
    images, labels = images[order], labels[order]
    x_valid, y_valid = images[:300], labels[:300]
    train = tf.data.Dataset.from_tensor_slices((images[300:], labels[300:]))
    train = train.shuffle(1500, seed=3).map(rescale, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH)
    valid = tf.data.Dataset.from_tensor_slices((x_valid, y_valid)).batch(BATCH)
    return train.prefetch(1), valid.prefetch(1)


keras.utils.set_random_seed(20)
train, valid = datasets()
model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train, validation_data=valid, epochs=8, verbose=0)
