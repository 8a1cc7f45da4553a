"""A siamese network: one encoder looks at two images and a distance says whether they match.

Shows a shared layer: the encoder is a model of its own that is called twice, so it appears at two
places of the graph while its weights count once.
"""

import keras
from keras import layers, ops

IMAGE = (32, 32, 1)
EMBEDDING = 64


def make_model():
    """Return the model: two images in, the probability that they show the same thing out."""
    left = keras.Input(IMAGE, name="left")
    right = keras.Input(IMAGE, name="right")
    encoder = make_encoder()
    distance = squared_distance(encoder(left), encoder(right))
    outputs = layers.Dense(1, activation="sigmoid", name="same")(distance)
    return keras.Model({"left": left, "right": right}, outputs, name="siamese")


def make_encoder():
    """Return the part that both sides share: an image in, a vector of length one out."""
    return keras.Sequential(
        [
            keras.Input(IMAGE),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(EMBEDDING),
            layers.UnitNormalization(),
        ],
        name="encoder",
    )


def squared_distance(first, second):
    """Return the squared distance of two batches of vectors, one number for each pair."""
    return ops.sum(ops.square(first - second), axis=-1, keepdims=True)


if __name__ == "__main__":
    make_model().summary()
