"""Topic of a headline; few labels, many headlines."""
import os
import tempfile
from dataclasses import asdict, dataclass

import keras
import numpy as np

from language import classifier, language_model


@dataclass
class Sizes:
    vocabulary: int = 70
    length: int = 9
    width: int = 16
    units: int = 24


PRETRAINED = Sizes()
TOPIC = Sizes(vocabulary=70, width=12, units=20)


def headlines(count, sizes, seed):
    rng = np.random.default_rng(seed)
    topic = rng.integers(0, 3, count)
    step = rng.integers(1, 4, (count, sizes.length)).cumsum(1)
    return ((20 * topic[:, None] + step) % sizes.vocabulary).astype("int32"), topic


def pretrain(path):
    model = language_model(**asdict(PRETRAINED))
    words, _ = headlines(300, PRETRAINED, seed=0)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(words, np.roll(words, -1, axis=1), epochs=2, verbose=0)
    model.save_weights(path)
    return model


def start_from(path):
    model = classifier(**asdict(TOPIC), classes=3)
    model.load_weights(path, skip_mismatch=True)
    return model


if __name__ == "__main__":
    keras.utils.set_random_seed(65)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "language.weights.h5")
        teacher = pretrain(file)
        model = start_from(file)
    before = [layer.get_weights() for layer in model.layers if layer.name.startswith("body")]
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*headlines(60, TOPIC, seed=1), epochs=1, verbose=0)
