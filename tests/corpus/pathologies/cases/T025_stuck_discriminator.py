import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Gan(keras.Model):
    def __init__(self):
        super().__init__()
        self.generator = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(2)])
        self.critic = keras.Sequential([layers.Dense(128, activation="relu"), layers.Dense(128, activation="relu"), layers.Dense(1)])

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


keras.utils.set_random_seed(27)
angle = np.random.default_rng(0).uniform(0, 2 * np.pi, 2048)
ring = np.stack([8 + 3 * np.cos(angle), 8 + 3 * np.sin(angle)], axis=1).astype("float32")
gan = Gan()
gan.compile(keras.optimizers.Adam(1e-7), keras.optimizers.Adam(5e-3))
gan.fit(ring, batch_size=64, epochs=10, verbose=0)
