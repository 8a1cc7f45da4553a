"""A GAN of digits, shown for two epochs only, with label smoothing and dropout in the judge."""
import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits


class GAN(keras.Model):
    def __init__(self, noise=16):
        super().__init__()
        self.noise = noise
        self.generator = keras.Sequential([layers.Dense(64, activation="relu"), layers.Dense(64, activation="sigmoid")])
        self.discriminator = keras.Sequential([layers.Dense(64), layers.LeakyReLU(), layers.Dropout(0.3), layers.Dense(1)])
        self.d_loss_metric = keras.metrics.Mean(name="d_loss")
        self.g_loss_metric = keras.metrics.Mean(name="g_loss")

    def compile(self, d_optimizer, g_optimizer, loss_fn):
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

    @property
    def metrics(self):
        return [self.d_loss_metric, self.g_loss_metric]

    def train_step(self, real):
        size = tf.shape(real)[0]
        fake = self.generator(tf.random.normal((size, self.noise)))
        labels = tf.concat([0.9 * tf.ones((size, 1)), tf.zeros((size, 1))], axis=0)
        with tf.GradientTape() as tape:
            judged = self.discriminator(tf.concat([real, fake], axis=0), training=True)
            d_loss = self.loss_fn(labels, judged)
        grads = tape.gradient(d_loss, self.discriminator.trainable_weights)
        self.d_optimizer.apply_gradients(zip(grads, self.discriminator.trainable_weights))
        with tf.GradientTape() as tape:
            judged = self.discriminator(self.generator(tf.random.normal((size, self.noise))), training=True)
            g_loss = self.loss_fn(tf.ones((size, 1)), judged)
        grads = tape.gradient(g_loss, self.generator.trainable_weights)
        self.g_optimizer.apply_gradients(zip(grads, self.generator.trainable_weights))
        self.d_loss_metric.update_state(d_loss)
        self.g_loss_metric.update_state(g_loss)
        return {"d_loss": self.d_loss_metric.result(), "g_loss": self.g_loss_metric.result()}


keras.utils.set_random_seed(24)
pictures = (load_digits().data / 16.0).astype("float32")
model = GAN()
model.compile(
    keras.optimizers.Adam(3e-4, beta_1=0.5),
    keras.optimizers.Adam(3e-4, beta_1=0.5),
    keras.losses.BinaryCrossentropy(from_logits=True),
)
model.fit(pictures, batch_size=64, epochs=2, verbose=0)
