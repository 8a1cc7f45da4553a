"""Recurrent text encoder with learned pooling."""
import keras
from keras import layers, ops


class AttentivePooling(layers.Layer):
    """Weighted mean over the words; the weights are learned."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.hidden = layers.Dense(units, activation="tanh")
        self.score = layers.Dense(1)

    def call(self, words):
        weights = ops.softmax(self.score(self.hidden(words)), axis=1)
        return ops.sum(weights * words, axis=1)


class Encoder:
    def __init__(self, vocabulary, width=20, units=28, depth=2, drop=0.1):
        self.vocabulary = vocabulary
        self.width = width
        self.units = units
        self.depth = depth
        self.drop = drop

    def recurrent(self, x):
        for level in range(self.depth):
            last = level == self.depth - 1
            cell = layers.GRU(self.units, return_sequences=not last, name=f"gru_{level}")
            x = cell(x)
            x = layers.Dropout(self.drop)(x)
        return x

    def __call__(self, tokens):
        x = layers.Embedding(self.vocabulary, self.width, name="words")(tokens)
        x = self.recurrent(x)
        x = layers.MultiHeadAttention(2, 14, name="context")(x, x)
        return AttentivePooling(16, name="pooling")(x)
