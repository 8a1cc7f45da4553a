import numpy as np
import keras
from keras import ops
from keras.layers import Input, Dense, Layer


class MyLayer(Layer):
    def __init__(self, output_dim, **kwargs):
        super().__init__(**kwargs)
        self.output_dim = output_dim

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[1], self.output_dim),
                                      initializer="glorot_uniform", trainable=True)
        self.gain = self.add_weight(name="gain", shape=(self.output_dim, 1), initializer="ones")

    def call(self, x):
        return ops.sigmoid(ops.matmul(x, self.kernel) * self.gain)


x = Input((2,))
hidden = Dense(8, activation="relu")(x)
y = MyLayer(output_dim=3)(hidden)
model = keras.Model(x, y)
model.compile("adam", "binary_crossentropy")
model.fit(np.random.rand(20, 2), np.random.randint(0, 2, (20, 3)), batch_size=10, verbose=0)
