"""Several inputs and outputs: an offer is judged by its picture, its text and its figures.

Shows branches that meet: three inputs of different kinds are encoded apart and joined, and two
heads answer different questions. Inputs and outputs are dictionaries.
"""

import keras
from keras import layers

WORDS = 10_000
FEATURES = 12
CATEGORIES = 20


def make_model():
    """Return the model: picture, text and figures in, category and price out."""
    inputs = {
        "picture": keras.Input((64, 64, 3), name="picture"),
        "text": keras.Input((None,), dtype="int32", name="text"),
        "figures": keras.Input((FEATURES,), name="figures"),
    }
    joined = layers.Concatenate(name="joined")(
        [
            encode_picture(inputs["picture"]),
            encode_text(inputs["text"]),
            layers.Dense(32, activation="relu", name="figures_dense")(inputs["figures"]),
        ]
    )
    features = layers.Dense(128, activation="relu", name="features")(joined)
    features = layers.Dropout(0.3, name="features_dropout")(features)
    outputs = {
        "category": layers.Dense(CATEGORIES, activation="softmax", name="category")(features),
        "price": layers.Dense(1, activation="softplus", name="price")(features),
    }
    return keras.Model(inputs, outputs, name="multi_io")


def encode_picture(picture):
    """Return a vector for each picture."""
    x = layers.Conv2D(16, 3, strides=2, activation="relu", name="picture_conv1")(picture)
    x = layers.Conv2D(32, 3, strides=2, activation="relu", name="picture_conv2")(x)
    return layers.GlobalMaxPooling2D(name="picture_pool")(x)


def encode_text(text):
    """Return a vector for each text, a sequence of word numbers."""
    x = layers.Embedding(WORDS, 32, name="text_embedding")(text)
    x = layers.Conv1D(32, 5, padding="same", activation="relu", name="text_conv")(x)
    return layers.GlobalAveragePooling1D(name="text_pool")(x)


if __name__ == "__main__":
    make_model().summary()
