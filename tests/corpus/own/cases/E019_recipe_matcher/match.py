"""Will this cook like that recipe? Two towers over bags of words."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers


@dataclass
class MatchConfig:
    words: int = 60
    length: int = 8
    width: int = 16
    pairs: int = 900
    epochs: int = 6


def pairs(config, seed):
    """A pair matches when both sides speak of the same kitchen."""
    rng = np.random.default_rng(seed)
    share = config.words // 3
    kitchen = rng.integers(0, 3, (config.pairs, 2))
    same = rng.random(config.pairs) < 0.5
    kitchen[same, 1] = kitchen[same, 0]
    words = kitchen[..., None] * share + rng.integers(0, share, (config.pairs, 2, config.length))
    noise = rng.random(words.shape) < 0.15
    words = np.where(noise, rng.integers(0, config.words, words.shape), words)
    match = (kitchen[:, 0] == kitchen[:, 1]).astype("float32")[:, None]
    return [words[:, 0].astype("int32"), words[:, 1].astype("int32")], match


class Tower(layers.Layer):
    def __init__(self, words, width, **kwargs):
        super().__init__(**kwargs)
        self.vectors = layers.Embedding(words, width, name="vectors")
        self.mean = layers.GlobalAveragePooling1D(name="mean")
        self.out = layers.Dense(width, activation="tanh", name="out")

    def call(self, words):
        return self.out(self.mean(self.vectors(words)))


def build(config):
    cook_words = keras.Input((config.length,), dtype="int32", name="cook")
    recipe_words = keras.Input((config.length,), dtype="int32", name="recipe")
    cook = Tower(config.words, config.width, name="cook_tower")(cook_words)
    recipe = Tower(config.words, config.width, name="recipe_tower")(cook_words)
    closeness = layers.Multiply(name="closeness")([cook, recipe])
    x = layers.Concatenate(name="pair")([cook, recipe, closeness])
    x = layers.Dense(24, activation="relu", name="judge")(x)
    match = layers.Dense(1, activation="sigmoid", name="match")(x)
    return keras.Model([cook_words, recipe_words], match, name="matcher")


def main():
    keras.utils.set_random_seed(3)
    config = MatchConfig()
    x, y = pairs(config, seed=0)
    x_val, y_val = pairs(config, seed=1)
    model = build(config)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-2), loss="binary_crossentropy", metrics=["accuracy"]
    )
    history = model.fit(
        x, y, validation_data=(x_val, y_val), epochs=config.epochs, batch_size=32, verbose=0
    )
    print(history.history["val_accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
