"""A network that clips each gradient by its norm."""
import keras
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler


class Clipped(keras.Sequential):
    limit = 5.0

    def clip(self, gradient):
        return tf.clip_by_norm(gradient, self.limit)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            guess = self(x, training=True)
            loss = self.compute_loss(x, y, guess)
        weights = self.trainable_variables
        grads = tape.gradient(loss, weights)
        grads = [self.clip(g) for g in grads]
        return {"loss": loss, "largest": tf.reduce_max([tf.norm(g) for g in grads])}


keras.utils.set_random_seed(32)
x, y = load_diabetes(return_X_y=True)
x = StandardScaler().fit_transform(x)
y = StandardScaler().fit_transform(y[:, None])
model = Clipped([keras.Input((10,)), layers.Dense(24, activation="relu"), layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.01), loss="mse")
model.fit(x, y, batch_size=16, epochs=12, verbose=0)
