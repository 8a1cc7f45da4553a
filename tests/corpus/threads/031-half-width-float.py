import numpy as np
import keras
from keras import layers, ops


class GatedHalf(layers.Layer):
    def build(self, input_shape):
        half = input_shape[-1] / 2
        self.kernel = self.add_weight(shape=(half, half), initializer="glorot_uniform", name="kernel")
        self.half = half

    def call(self, x):
        p, g = x[:, :self.half], x[:, self.half:]
        return ops.sigmoid(ops.matmul(p, self.kernel)) * g


inp = layers.Input((12,))
out = layers.Dense(1)(GatedHalf()(inp))
model = keras.Model(inp, out)
model.compile("sgd", "mse")
model.fit(np.random.rand(10, 12), np.random.rand(10), verbose=0)
