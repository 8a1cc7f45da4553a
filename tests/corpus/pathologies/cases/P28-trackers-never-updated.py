"""An autoencoder with a training step of its own."""
import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits


class Autoencoder(keras.Model):
    def __init__(self, code=8, **kwargs):
        super().__init__(**kwargs)
        self.encoder = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(code)])
        self.decoder = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(64)])
        self.total = keras.metrics.Mean(name="loss")
        self.recon = keras.metrics.Mean(name="recon")

    @property
    def metrics(self):
        return [self.total, self.recon]

    def call(self, x):
        return self.decoder(self.encoder(x))

    def train_step(self, x):
        with tf.GradientTape() as tape:
            difference = x - self(x, training=True)
            loss = tf.reduce_mean(tf.square(difference))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        return {"loss": loss, "recon": loss}


keras.utils.set_random_seed(30)
images = (load_digits().data / 16).astype("float32")
model = Autoencoder()
model.compile(optimizer=keras.optimizers.Adam(1e-3))
model.fit(images, epochs=8, batch_size=64, verbose=0)
