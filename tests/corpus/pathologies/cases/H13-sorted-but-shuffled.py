"""Three kinds of flowers, read kind by kind."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_iris

keras.utils.set_random_seed(13)
x, y = load_iris(return_X_y=True)
x = np.repeat((x - x.mean(axis=0)) / x.std(axis=0), 4, axis=0).astype("float32")
x = x + np.random.default_rng(13).normal(0, 0.05, x.shape).astype("float32")
y = np.repeat(y, 4)
valid = np.arange(len(x)) % 5 == 0


def stream(rows, labels, mixed):
    ds = tf.data.Dataset.from_tensor_slices((rows, labels))
    return (ds.shuffle(len(labels), seed=13) if mixed else ds).batch(16)


model = keras.Sequential([keras.Input((4,)), layers.Dense(16, activation="relu"), layers.Dense(3, activation="softmax")])
model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(stream(x[~valid], y[~valid], True), validation_data=stream(x[valid], y[valid], False), epochs=15, verbose=0)
