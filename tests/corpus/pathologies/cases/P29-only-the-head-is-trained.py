"""Two towers whose features are combined: predict a rating."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Towers(keras.Model):
    def __init__(self, users, items, size=8):
        super().__init__()
        self.user = layers.Embedding(users, size, name="user")
        self.item = layers.Embedding(items, size, name="item")
        self.rating = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(1)], name="rating")
        self.mse = keras.metrics.Mean(name="mse")

    def call(self, pair):
        u, i = self.user(pair[:, 0]), self.item(pair[:, 1])
        return self.rating(tf.concat([u, i, u * i], axis=-1))[:, 0]

    def train_step(self, data):
        pair, stars = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((stars - self(pair, training=True)) ** 2)
        weights = self.rating.trainable_variables
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        self.mse.update_state(loss)
        return {"mse": self.mse.result()}


def ratings(n, users, items, rng):
    taste, kind = rng.normal(size=(users, 3)), rng.normal(size=(items, 3))
    pair = np.stack([rng.integers(0, users, n), rng.integers(0, items, n)], axis=1)
    stars = (taste[pair[:, 0]] * kind[pair[:, 1]]).sum(axis=1)
    return pair.astype("int32"), np.tanh(stars).astype("float32")


keras.utils.set_random_seed(31)
pairs, stars = ratings(6000, 60, 40, np.random.default_rng(31))
model = Towers(60, 40)
model.compile(optimizer=keras.optimizers.Adam(5e-3))
model.fit(pairs, stars, batch_size=64, epochs=15, verbose=0)
