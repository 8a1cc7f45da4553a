"""A language model that ties its embedding, with a sampler beside it."""
import keras
from keras import layers, ops


class TiedLanguageModel(keras.Model):
    def __init__(self, words, width, heads, depth, **kwargs):
        super().__init__(**kwargs)
        self.vectors = layers.ReversibleEmbedding(words, width) if hasattr(
            layers, "ReversibleEmbedding"
        ) else layers.Embedding(words, width)
        self.places = layers.Embedding(64, width, name="places")
        self.blocks = [
            {
                "norm": layers.LayerNormalization(),
                "attend": layers.MultiHeadAttention(heads, width // heads),
                "feed": keras.Sequential([layers.Dense(2 * width, "gelu"), layers.Dense(width)]),
            }
            for _ in range(depth)
        ]
        self.final = layers.LayerNormalization()

    def call(self, tokens):
        x = self.vectors(tokens) + self.places(ops.arange(tokens.shape[1]))
        for block in self.blocks:
            y = block["norm"](x)
            x = x + block["attend"](y, y, use_causal_mask=True)
            x = x + block["feed"](x)
        x = self.final(x)
        return ops.matmul(x, ops.transpose(ops.convert_to_tensor(self.vectors.embeddings)))

    def continue_text(self, tokens, steps):
        for _ in range(steps):
            scores = self(tokens)[:, -1]
            following = ops.cast(ops.argmax(scores, axis=-1), tokens.dtype)
            tokens = ops.concatenate([tokens, following[:, None]], axis=1)
        return tokens
