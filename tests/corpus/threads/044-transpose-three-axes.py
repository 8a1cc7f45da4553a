import numpy as np
import keras
from keras import layers, ops


class MultiHead(layers.Layer):
    def __init__(self, heads, size):
        super().__init__()
        self.heads, self.size = heads, size
        self.q, self.k, self.v = (layers.Dense(heads * size) for _ in range(3))

    def split(self, t):
        t = ops.reshape(t, (-1, ops.shape(t)[1], self.heads, self.size))
        return ops.transpose(t, (0, 2, 1))

    def call(self, x):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        a = ops.softmax(ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / self.size ** 0.5)
        o = ops.transpose(ops.matmul(a, v), (0, 2, 1, 3))
        return ops.reshape(o, (-1, ops.shape(x)[1], self.heads * self.size))


words = layers.Input((12,))
x = layers.Embedding(50, 16)(words)
x = layers.GlobalAveragePooling1D()(MultiHead(4, 8)(x))
model = keras.Model(words, layers.Dense(1, activation="sigmoid")(x))
model.compile("adam", "binary_crossentropy")
model.fit(np.random.randint(0, 50, (8, 12)), np.random.randint(0, 2, 8), verbose=0)
