import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Gan(keras.Model):
    def __init__(self):
        super().__init__()
        self.generator = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(2)])
        self.critic = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(1)])

    def compile(self, g_opt, d_opt):
        super().compile()
        self.g_opt, self.d_opt = g_opt, d_opt
        self.bce = keras.losses.BinaryCrossentropy(from_logits=True)

    def train_step(self, real):
        n = tf.shape(real)[0]
        with tf.GradientTape() as tape:
            fake = self.generator(tf.random.normal((n, 4)))
            d_loss = self.bce(tf.ones((n, 1)), self.critic(real)) + self.bce(tf.zeros((n, 1)), self.critic(fake))
        self.d_opt.apply(tape.gradient(d_loss, self.critic.trainable_weights), self.critic.trainable_weights)
        with tf.GradientTape() as tape:
            fake = self.generator(tf.random.normal((n, 4)))
            g_loss = self.bce(tf.ones((n, 1)), self.critic(fake))
        self.g_opt.apply(tape.gradient(g_loss, self.generator.trainable_weights), self.generator.trainable_weights)
        return {"d_loss": d_loss, "g_loss": g_loss}


keras.utils.set_random_seed(42)
data = np.random.default_rng(0).normal(1.0, 0.5, size=(2048, 2)).astype("float32")
gan = Gan()
gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(5e-4))
gan.fit(data, batch_size=64, epochs=8, verbose=0)
