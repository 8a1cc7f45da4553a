"""Are two signatures by the same hand?  Twin network with a learned threshold."""
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers, ops


@dataclass
class TwinConfig:
    height: int = 24
    width: int = 40
    filters: list = field(default_factory=lambda: [8, 16])
    embedding: int = 18
    writers: int = 12
    pairs: int = 200


class EuclideanDistance(layers.Layer):
    """Length of the difference of two embeddings."""

    def call(self, left, right):
        return ops.sqrt(ops.sum(ops.square(left - right), axis=-1) + 1e-7)

    def compute_output_shape(self, left_shape, right_shape):
        return left_shape[:-1]


def make_twin(config):
    layers_ = [keras.Input((config.height, config.width, 1))]
    for filters in config.filters:
        layers_ += [
            layers.Conv2D(filters, 3, activation="relu"),
            layers.MaxPooling2D(),
        ]
    layers_ += [layers.Flatten(), layers.Dense(config.embedding, name="embedding")]
    return keras.Sequential(layers_, name="twin")


def make_model(config):
    twin = make_twin(config)
    known = keras.Input((config.height, config.width, 1), name="known")
    asked = keras.Input((config.height, config.width, 1), name="asked")
    distance = EuclideanDistance(name="distance")(twin(known), twin(asked))
    same = layers.Dense(1, activation="sigmoid", name="same")(distance)
    return keras.Model([known, asked], same, name="signature_twins")


def write(config, rng):
    """Every writer has a slope and a loop size."""
    style = rng.normal(size=(config.writers, config.height, config.width, 1))
    hands = rng.integers(0, config.writers, (config.pairs, 2))
    hands[::2, 1] = hands[::2, 0]
    scans = style[hands] + rng.normal(0, 0.3, (config.pairs, 2, *style.shape[1:]))
    agree = (hands[:, 0] == hands[:, 1]).astype("float32")
    return scans[:, 0], scans[:, 1], agree[:, None]


def main():
    keras.utils.set_random_seed(21)
    config = TwinConfig()
    model = make_model(config)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    known, asked, agree = write(config, np.random.default_rng(21))
    cut = int(0.8 * len(agree))
    model.fit(
        [known[:cut], asked[:cut]],
        agree[:cut],
        validation_data=([known[cut:], asked[cut:]], agree[cut:]),
        epochs=1,
        batch_size=25,
        verbose=0,
    )
    print(model.predict([known[:4], asked[:4]], verbose=0).ravel().round(2))


if __name__ == "__main__":
    main()
