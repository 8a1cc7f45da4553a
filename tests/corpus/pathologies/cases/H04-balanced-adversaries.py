"""A GAN on a cloud of points."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Gan(keras.Model):
    def __init__(self):
        super().__init__()
        self.generator = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(2)])
        self.discriminator = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(1)])
        self.bce = keras.losses.BinaryCrossentropy(from_logits=True)

    def compile(self, g_optimizer, d_optimizer):
        super().compile()
        self.g_optimizer, self.d_optimizer = g_optimizer, d_optimizer

    def train_step(self, real):
        n = tf.shape(real)[0]
        with tf.GradientTape() as tape:
            fake = self.generator(tf.random.normal((n, 4)))
            logits = self.discriminator(tf.concat([real, fake], axis=0))
            d_loss = self.bce(tf.concat([tf.ones((n, 1)), tf.zeros((n, 1))], axis=0), logits)
        variables = self.discriminator.trainable_variables
        self.d_optimizer.apply(tape.gradient(d_loss, variables), variables)
        with tf.GradientTape() as tape:
            g_loss = self.bce(tf.ones((n, 1)), self.discriminator(self.generator(tf.random.normal((n, 4)))))
        variables = self.generator.trainable_variables
        self.g_optimizer.apply(tape.gradient(g_loss, variables), variables)
        return {"d_loss": d_loss, "g_loss": g_loss}


keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
cloud = (rng.normal(size=(2000, 2)) + np.array([2.0, -1.0])).astype("float32")
noise = rng.normal(size=(500, 4)).astype("float32")
model = Gan()
model.compile(keras.optimizers.Adam(1e-3, beta_1=0.5), keras.optimizers.Adam(1e-3, beta_1=0.5))
model.fit(cloud, batch_size=64, epochs=30, verbose=0)
