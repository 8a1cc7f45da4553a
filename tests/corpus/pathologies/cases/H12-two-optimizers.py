"""Embeddings get a faster optimizer than the rest."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Wide(keras.Model):
    def __init__(self):
        super().__init__()
        self.code = layers.Embedding(30, 6)
        self.head = keras.Sequential([layers.Dense(24, activation="relu"), layers.Dense(1)])
        self.fast, self.slow = keras.optimizers.Adam(2e-2), keras.optimizers.Adam(3e-3)
        self.mse = keras.metrics.Mean(name="mse")

    def call(self, inputs):
        return self.head(tf.concat([self.code(inputs[:, 0]), self.code(inputs[:, 1])], axis=-1))[:, 0]

    def train_step(self, data):
        x, y = data
        with tf.GradientTape(persistent=True) as tape:
            loss = tf.reduce_mean((y - self(x, training=True)) ** 2)
        for optimizer, part in ((self.fast, self.code), (self.slow, self.head)):
            weights = part.trainable_variables
            optimizer.apply(tape.gradient(loss, weights), weights)
        del tape
        self.mse.update_state(loss)
        return {"mse": self.mse.result()}


keras.utils.set_random_seed(12)
rng = np.random.default_rng(12)
level = rng.normal(size=30)
x = rng.integers(0, 30, (4000, 2)).astype("int32")
y = np.tanh(level[x[:, 0]] - level[x[:, 1]]).astype("float32")
model = Wide()
model.compile()
model.fit(x, y, epochs=8, batch_size=64, verbose=0)
