"""A small language model and a classifier that starts from it."""
import keras
from keras import layers


def body(vocabulary, length, width, units):
    tokens = keras.Input((length,), dtype="int32", name="tokens")
    x = layers.Embedding(vocabulary, width, name="body_words")(tokens)
    x = layers.GRU(units, return_sequences=True, name="body_gru")(x)
    return tokens, x


def language_model(vocabulary, length, width, units):
    tokens, x = body(vocabulary, length, width, units)
    following = layers.Dense(vocabulary, activation="softmax", name="next_word")(x)
    return keras.Model(tokens, following, name="language_model")


def classifier(vocabulary, length, width, units, classes):
    tokens, x = body(vocabulary, length, width, units)
    x = layers.GlobalMaxPooling1D(name="strongest")(x)
    return keras.Model(tokens, layers.Dense(classes, activation="softmax", name="topic")(x))
