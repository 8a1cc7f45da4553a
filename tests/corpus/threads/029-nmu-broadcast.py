import numpy as np
import tensorflow as tf
from tensorflow import keras


class NMU(keras.layers.Layer):
    def __init__(self, output_dim, input_dim):
        super().__init__()
        self.weight = self.add_weight(shape=(input_dim, output_dim), initializer="uniform", name="weight")

    def call(self, inputs):
        w = tf.minimum(tf.maximum(self.weight, 0), 1)
        output = (inputs * w) + 1 - w
        return tf.reduce_prod(output, axis=1)


X = np.random.randint(0, 100, (64, 2)).astype("float32")
Y = np.stack([X[:, 0] * X[:, 1], X[:, 1]], axis=1)
model = keras.Sequential([NMU(2, 2)])
model.compile(loss="mse", optimizer="rmsprop")
model.fit(X, Y, epochs=1, batch_size=16, verbose=0)
