"""Is a short message friendly?"""
import keras
import numpy as np
from keras import layers

VOCABULARY, MAXLEN = 200, 300


def messages(n, seed):
    """Three to eight words; some words are friendly, some are not."""
    rng = np.random.default_rng(seed)
    tone = rng.choice([-1.0, 1.0], VOCABULARY)
    sentences = [rng.integers(1, VOCABULARY, rng.integers(3, 9)) for _ in range(n)]
    labels = np.array([tone[s].sum() + 0.1 > 0 for s in sentences], dtype="float32")
    return sentences, labels


def pad(sentences):
    return keras.utils.pad_sequences(sentences, maxlen=MAXLEN, padding="post")


def build(vocabulary):
    return keras.Sequential(
        [
            keras.Input((MAXLEN,), dtype="int32"),
            layers.Embedding(vocabulary, 16, name="words"),
            layers.LSTM(16),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


keras.utils.set_random_seed(36)
sentences, labels = messages(1000, 36)
model = build(VOCABULARY)
model.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy", metrics=["accuracy"])
model.fit(pad(sentences), labels, epochs=6, batch_size=50, verbose=0)
