"""Compress sensor vectors; the training step is ours."""
import keras
import tensorflow as tf
from keras import layers, ops


def stack(sizes, name, final=None):
    network = keras.Sequential(name=name)
    network.add(keras.Input((sizes[0],)))
    for size in sizes[1:-1]:
        network.add(layers.Dense(size, activation="relu"))
    network.add(layers.Dense(sizes[-1], activation=final))
    return network


class SparseAutoencoder(keras.Model):
    def __init__(self, sizes, sparsity, **kwargs):
        super().__init__(**kwargs)
        self.encoder = stack(sizes, "encoder", final="relu")
        self.decoder = stack(sizes[::-1], "decoder")
        self.sparsity = sparsity
        self.error = keras.metrics.Mean(name="error")

    def call(self, x):
        return self.decoder(self.encoder(x))

    def train_step(self, x):
        with tf.GradientTape() as tape:
            code = self.encoder(x, training=True)
            error = ops.mean(ops.square(x - self.decoder(code, training=True)))
            loss = error + self.sparsity * ops.mean(ops.abs(code))
        weights = self.encoder.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        self.error.update_state(error)
        return {"error": self.error.result()}
