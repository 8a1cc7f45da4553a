"""Names of people, places and firms in sentences; rare tags weigh more."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

TAGS = ["O", "PER", "LOC", "ORG"]


@dataclass
class TaggerConfig:
    vocabulary: int = 150
    length: int = 18
    width: int = 20
    units: int = 16
    sentences: int = 240


def sentences(cfg, seed):
    """Words 1-30 are names of people, 31-50 of places, 51-60 of firms; 0 is padding."""
    rng = np.random.default_rng(seed)
    words = rng.integers(61, cfg.vocabulary, (cfg.sentences, cfg.length))
    for low, high in ((1, 31), (31, 51), (51, 61)):
        where = rng.random(words.shape) < 0.06
        words[where] = rng.integers(low, high, where.sum())
    tags = np.select([words <= 30, words <= 50, words <= 60], [1, 2, 3], 0)
    for row, size in enumerate(rng.integers(8, cfg.length + 1, cfg.sentences)):
        words[row, size:] = 0
        tags[row, size:] = 0
    return words, tags


def weigh(words, tags):
    """Inverse frequency of each tag; padding weighs nothing."""
    counts = np.bincount(tags[words > 0], minlength=len(TAGS))
    importance = counts.sum() / (len(TAGS) * counts)
    one_hot = keras.utils.to_categorical(tags, len(TAGS))
    weights = one_hot * importance
    weights[words == 0] = 0.0
    return weights


class Tagger:
    def __init__(self, cfg):
        self.cfg = cfg

    def model(self):
        words = keras.Input((self.cfg.length,), dtype="int32", name="words")
        x = layers.Embedding(self.cfg.vocabulary, self.cfg.width, name="vectors")(words)
        x = layers.SpatialDropout1D(0.1, name="forget_words")(x)
        x = layers.Bidirectional(
            layers.LSTM(self.cfg.units, return_sequences=True), name="both_ways"
        )(x)
        tags = layers.Dense(len(TAGS), activation="softmax", name="tags")(x)
        return keras.Model(words, tags, name="names")

    def train(self, epochs=1):
        words, tags = sentences(self.cfg, seed=0)
        model = self.model()
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(
            words,
            tags,
            sample_weight=weigh(words, tags),
            batch_size=48,
            epochs=epochs,
            verbose=0,
        )
        return model


if __name__ == "__main__":
    keras.utils.set_random_seed(14)
    trained = Tagger(TaggerConfig()).train()
    test_words, test_tags = sentences(TaggerConfig(sentences=20), seed=1)
    guess = trained.predict(test_words, verbose=0).argmax(-1)
    print("right:", (guess == test_tags)[test_words > 0].mean())
