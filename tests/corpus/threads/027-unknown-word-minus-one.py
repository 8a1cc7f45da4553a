import numpy as np
import keras
from keras import layers

corpus = [["the", "cat", "sat"], ["a", "dog", "ran"], ["the", "bird", "sat"], ["a", "fox", "hid"]]
vocab = {w: i for i, w in enumerate(["<pad>", "the", "a", "cat", "dog", "bird", "sat", "ran"])}


def encode(words):
    return [vocab.get(w, -1) for w in words]


ids = np.array([encode(s) for s in corpus])
y = np.array([0, 1, 0, 1])
model = keras.Sequential([
    layers.Input((3,)),
    layers.Embedding(len(vocab), 6),
    layers.GlobalAveragePooling1D(),
    layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy")
model.fit(ids, y, epochs=1, verbose=0)
