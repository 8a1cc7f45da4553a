"""Transformer encoder pieces."""
import keras
from keras import layers, ops


class TokenAndPosition(layers.Layer):
    def __init__(self, max_positions, vocabulary, width, **kwargs):
        super().__init__(**kwargs)
        self.token = layers.Embedding(vocabulary, width)
        self.position = self.add_weight(
            name="position", shape=(max_positions, width), initializer="random_normal"
        )

    def call(self, tokens):
        return self.token(tokens) + self.position

    def compute_output_shape(self, shape):
        return (*shape, self.token.output_dim)


class EncoderBlock(layers.Layer):
    def __init__(self, width, heads, inner, rate=0.1, **kwargs):
        super().__init__(**kwargs)
        self.attention = layers.MultiHeadAttention(heads, width // heads)
        self.inner = keras.Sequential([layers.Dense(inner, activation="gelu"), layers.Dense(width)])
        self.norm_first = layers.LayerNormalization()
        self.norm_last = layers.LayerNormalization()
        self.drop = layers.Dropout(rate)

    def call(self, x, training=False):
        x = self.norm_first(x + self.drop(self.attention(x, x), training=training))
        return self.norm_last(x + self.drop(self.inner(x), training=training))
