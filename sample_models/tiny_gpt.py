"""A language model in the manner of GPT, written with subclassed layers.

Shows what other tools draw as one box: attention written out with `keras.ops`, a causal mask, a
residual stream, and an output that reuses the weights of the embedding.
"""

import keras
from keras import layers, ops

WORDS = 5_000
LENGTH = 64
WIDTH = 128
HEADS = 4
DEPTH = 4


class CausalAttention(layers.Layer):
    """Every position looks at itself and at what stands before it."""

    def __init__(self, width, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads
        self.size = width // heads
        self.query_key_value = layers.Dense(3 * width, name="query_key_value")
        self.output_projection = layers.Dense(width, name="output_projection")

    def build(self, input_shape):
        self.query_key_value.build(input_shape)
        self.output_projection.build(input_shape)
        super().build(input_shape)

    def call(self, x):
        length = ops.shape(x)[1]
        parts = ops.reshape(self.query_key_value(x), (-1, length, 3, self.heads, self.size))
        query, key, value = ops.unstack(ops.transpose(parts, (2, 0, 3, 1, 4)), 3, axis=0)
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) / self.size**0.5
        seen = ops.tril(ops.ones((length, length), dtype="bool"))
        scores = ops.where(seen, scores, ops.cast(-1e9, scores.dtype))
        mixed = ops.matmul(ops.softmax(scores), value)
        mixed = ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), ops.shape(x))
        return self.output_projection(mixed)


class Block(layers.Layer):
    """Attention, then a small network at each position, both added to the residual stream."""

    def __init__(self, width, heads, **kwargs):
        super().__init__(**kwargs)
        self.attention_norm = layers.LayerNormalization(name="attention_norm")
        self.attention = CausalAttention(width, heads, name="attention")
        self.feed_forward_norm = layers.LayerNormalization(name="feed_forward_norm")
        self.expand = layers.Dense(4 * width, activation="gelu", name="expand")
        self.contract = layers.Dense(width, name="contract")

    def build(self, input_shape):
        for layer in (self.attention_norm, self.attention, self.feed_forward_norm, self.expand):
            layer.build(input_shape)
        self.contract.build(self.expand.compute_output_shape(input_shape))
        super().build(input_shape)

    def call(self, x):
        x = x + self.attention(self.attention_norm(x))
        return x + self.contract(self.expand(self.feed_forward_norm(x)))


class TinyGPT(keras.Model):
    """Token numbers in, a score for every possible next token out."""

    def __init__(self, words=WORDS, length=LENGTH, width=WIDTH, heads=HEADS, depth=DEPTH, **kwargs):
        super().__init__(**kwargs)
        self.tokens = layers.ReversibleEmbedding(words, width, name="tokens")
        self.positions = layers.Embedding(length, width, name="positions")
        self.blocks = [Block(width, heads, name=f"block_{index}") for index in range(depth)]
        self.norm = layers.LayerNormalization(name="norm")

    def call(self, tokens):
        positions = ops.arange(ops.shape(tokens)[1])
        x = self.tokens(tokens) + self.positions(positions)
        for block in self.blocks:
            x = block(x)
        return self.tokens(self.norm(x), reverse=True)


def make_model():
    """Return the unbuilt model, and what it is called with."""
    return TinyGPT(name="tiny_gpt"), keras.KerasTensor((None, LENGTH), dtype="int32", name="tokens")


if __name__ == "__main__":
    model, example = make_model()
    model(example)
    model.summary()
