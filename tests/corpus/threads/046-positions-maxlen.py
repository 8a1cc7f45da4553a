import numpy as np
import keras
from keras import layers, ops

MAX_SEQ_LENGTH = 20
NUM_FEATURES = 16


class PositionalEmbedding(layers.Layer):
    def __init__(self, sequence_length, output_dim, **kwargs):
        super().__init__(**kwargs)
        self.position_embeddings = layers.Embedding(sequence_length, output_dim)
        self.sequence_length = sequence_length

    def call(self, inputs):
        positions = ops.arange(0, self.sequence_length)
        return inputs + self.position_embeddings(positions)


inputs = layers.Input((MAX_SEQ_LENGTH, NUM_FEATURES))
x = PositionalEmbedding(30, NUM_FEATURES)(inputs)
x = layers.MultiHeadAttention(num_heads=1, key_dim=16)(x, x)
x = layers.GlobalMaxPooling1D()(x)
model = keras.Model(inputs, layers.Dense(5, activation="softmax")(x))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.random.rand(6, 20, 16), np.random.randint(0, 5, 6), verbose=0)
