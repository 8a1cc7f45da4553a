"""A tagger that names the part of speech of every word, reading a sentence in both directions.

Shows masks and loops: the embedding marks padding with a mask that travels beside the data, and a
recurrent layer is a loop with a body of its own.
"""

import keras
from keras import layers

WORDS = 20_000
TAGS = 17
UNITS = 64
LENGTH = 40


def make_model():
    """Return the model: word numbers in, padded with 0; probabilities of the tags out."""
    words = keras.Input((LENGTH,), dtype="int32", name="words")
    x = layers.Embedding(WORDS, 128, mask_zero=True, name="embedding")(words)
    x = layers.SpatialDropout1D(0.2, name="dropout")(x)
    x = layers.Bidirectional(layers.LSTM(UNITS, return_sequences=True), name="context")(x)
    x = layers.LayerNormalization(name="norm")(x)
    tags = layers.TimeDistributed(layers.Dense(TAGS, activation="softmax"), name="tags")(x)
    return keras.Model(words, tags, name="bilstm_tagger")


if __name__ == "__main__":
    make_model().summary()
