import numpy as np
import keras
from keras import ops
from keras.layers import Layer, Input, Embedding, GRU, Dense


class AttentionLayer(Layer):
    def __init__(self, output_dim=None, **kwargs):
        super().__init__(**kwargs)
        self.output_dim = output_dim

    def build(self, input_shape):
        input_dim = input_shape[1]
        self.W_s = self.add_weight(shape=(input_dim, self.output_dim), initializer="glorot_uniform", name="W_s")
        self.u_s = self.add_weight(shape=(self.output_dim, 1), initializer="glorot_uniform", name="u_s")

    def call(self, x):
        u = ops.tanh(ops.matmul(x, self.W_s))
        a = ops.softmax(ops.matmul(u, self.u_s), axis=1)
        return ops.sum(x * a, axis=1)


text = Input((25,))
h = GRU(12, return_sequences=True)(Embedding(100, 8)(text))
doc = AttentionLayer(20)(h)
model = keras.Model(text, Dense(2, activation="softmax")(doc))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.random.randint(0, 100, (10, 25)), np.random.randint(0, 2, 10), verbose=0)
