"""A mixture of experts: a router sends every token to two of 64 small networks, in four blocks.

Shows scale: a few lines of Python, 256 experts and thousands of operations, which the outline
folds into repeats. Every expert is computed for every token and weighted by its gate, most gates
being zero; that is the simplest form of the idea, not the fastest.
"""

import keras
from keras import layers, ops

LENGTH = 32
WIDTH = 64
EXPERTS = 64
CHOSEN = 2
DEPTH = 4
CLASSES = 8


class Expert(layers.Layer):
    """A small network of its own."""

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.expand = layers.Dense(2 * width, activation="relu", name="expand")
        self.contract = layers.Dense(width, name="contract")

    def build(self, input_shape):
        self.expand.build(input_shape)
        self.contract.build(self.expand.compute_output_shape(input_shape))
        super().build(input_shape)

    def call(self, x):
        return self.contract(self.expand(x))


class MixtureOfExperts(layers.Layer):
    """A router and its experts: tokens in, tokens out."""

    def __init__(self, width, experts, chosen, **kwargs):
        super().__init__(**kwargs)
        self.width, self.chosen = width, chosen
        self.router = layers.Dense(experts, activation="softmax", name="router")
        self.experts = [Expert(width, name=f"expert_{index}") for index in range(experts)]

    def build(self, input_shape):
        for layer in (self.router, *self.experts):
            layer.build((None, self.width))
        super().build(input_shape)

    def call(self, x):
        tokens = ops.reshape(x, (-1, self.width))
        gates = ops.split(self.gate(tokens), len(self.experts), axis=-1)
        mixed = ops.zeros_like(tokens)
        for gate, expert in zip(gates, self.experts, strict=True):
            mixed = mixed + gate * expert(tokens)
        return ops.reshape(mixed, ops.shape(x))

    def gate(self, tokens):
        """Return the router's probabilities, those of experts that were not chosen set to 0."""
        probabilities = self.router(tokens)
        best, _ = ops.top_k(probabilities, self.chosen)
        return ops.where(probabilities >= best[:, -1:], probabilities, 0.0)


class Block(layers.Layer):
    """Attention across tokens, then the mixture at each token."""

    def __init__(self, width, experts, chosen, **kwargs):
        super().__init__(**kwargs)
        self.attention_norm = layers.LayerNormalization(name="attention_norm")
        self.attention = layers.MultiHeadAttention(4, width // 4, name="attention")
        self.mixture_norm = layers.LayerNormalization(name="mixture_norm")
        self.mixture = MixtureOfExperts(width, experts, chosen, name="mixture")

    def build(self, input_shape):
        self.attention.build(input_shape, input_shape)
        for layer in (self.attention_norm, self.mixture_norm, self.mixture):
            layer.build(input_shape)
        super().build(input_shape)

    def call(self, x):
        normal = self.attention_norm(x)
        x = x + self.attention(normal, normal)
        return x + self.mixture(self.mixture_norm(x))


def make_model(experts=EXPERTS, depth=DEPTH):
    """Return the model: a sequence of vectors in, a score for each class out."""
    inputs = keras.Input((LENGTH, WIDTH), name="tokens")
    x = inputs
    for index in range(depth):
        x = Block(WIDTH, experts, CHOSEN, name=f"block_{index}")(x)
    x = layers.GlobalAveragePooling1D(name="pool")(x)
    return keras.Model(inputs, layers.Dense(CLASSES, name="classes")(x), name="moe")


if __name__ == "__main__":
    make_model().summary()
