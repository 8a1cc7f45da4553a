"""Tag each word; padded steps do not count."""
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(10)
rng = np.random.default_rng(10)
lengths = rng.integers(4, 13, 800)
words = np.zeros((800, 12), dtype="int32")
for row, length in zip(words, lengths):
    row[:length] = rng.integers(1, 50, length)
tags = np.where(words > 0, words % 4, 0)
counted = (words > 0).astype("float32")
model = keras.Sequential(
    [
        keras.Input((12,), dtype="int32"),
        layers.Embedding(50, 16, mask_zero=True),
        layers.Bidirectional(layers.GRU(16, return_sequences=True)),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
model.fit(words, tags, sample_weight=counted, epochs=6, verbose=0)
