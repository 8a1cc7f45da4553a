import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(16)
rng = np.random.default_rng(6)
x = rng.normal(size=(800, 5)).astype("float32")
y = np.round(2 * x[:, :1] + x[:, 1:2]).astype("float32")


class Rounded(layers.Layer):
    def call(self, inputs):
        return ops.round(inputs)


inputs = keras.Input((5,))
hidden = layers.Dense(32, activation="tanh", name="encode")(inputs)
coded = Rounded(name="code")(hidden)
outputs = layers.Dense(1, name="stars")(coded)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.01), "mse")
model.fit(x, y, epochs=8, verbose=0)
