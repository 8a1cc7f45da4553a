"""Phrase chunks in sentences of any length; class 0 is never a label and marks padding."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops


@dataclass
class Chunker:
    vocabulary: int = 80
    longest: int = 15
    chunks: int = 4
    width: int = 24
    dropout: float | None = None


class Attend(layers.Layer):
    """Each word looks at all words that are there; the weights are a softmax over axis 1."""

    supports_masking = True

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.query, self.key = layers.Dense(width), layers.Dense(width)

    def call(self, words, mask=None):
        scores = ops.einsum("bid,bjd->bji", self.query(words), self.key(words))
        scores = scores / ops.sqrt(ops.cast(words.shape[-1], scores.dtype))
        if mask is not None:
            scores = scores + (1.0 - ops.cast(mask, scores.dtype))[:, :, None] * -1e9
        return ops.einsum("bji,bjd->bid", ops.softmax(scores, axis=1), words)


def build(cfg):
    words = keras.Input((None,), dtype="int32", name="words")
    x = layers.Embedding(cfg.vocabulary, cfg.width, mask_zero=True, name="vectors")(words)
    if cfg.dropout:
        x = layers.SpatialDropout1D(cfg.dropout)(x)
    x = layers.Bidirectional(layers.LSTM(cfg.width // 2, return_sequences=True), name="read")(x)
    x = layers.Add(name="residual")([x, Attend(cfg.width, name="attend")(x)])
    x = layers.LayerNormalization()(x)
    return keras.Model(words, layers.Dense(cfg.chunks + 1, name="logits")(x), name="chunker")


def sentences(cfg, count, seed):
    rng = np.random.default_rng(seed)
    words = rng.integers(1, cfg.vocabulary, (count, cfg.longest))
    labels = 1 + words % cfg.chunks
    length = rng.integers(4, cfg.longest + 1, count)
    there = np.arange(cfg.longest) < length[:, None]
    return words * there, labels * there, there.astype("float32")


def main(cfg=Chunker()):
    keras.utils.set_random_seed(83)
    model = build(cfg)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-2),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=["accuracy"],
    )
    words, labels, there = sentences(cfg, 320, seed=0)
    order = np.random.default_rng(1).permutation(len(words))
    words, labels, there = words[order], labels[order], there[order]
    test_words, test_labels, test_there = sentences(cfg, 60, seed=1)
    return model, model.fit(
        words,
        labels,
        sample_weight=there,
        validation_data=(test_words, test_labels, test_there),
        batch_size=32,
        epochs=6,
        verbose=0,
    )


if __name__ == "__main__":
    model, history = main()
