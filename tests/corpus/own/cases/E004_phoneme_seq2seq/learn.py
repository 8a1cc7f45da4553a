"""Spell words as phonemes with an attentive decoder."""
import keras
import numpy as np
import tensorflow as tf

from speller import Speller

LETTERS = "abcdefghijklmnop"
START, STOP = 1, 2


class Lexicon:
    """Made-up words: a phoneme per letter, doubled letters are spoken once."""

    def __init__(self, letters=9, spoken=10, seed=3):
        self.letters = letters
        self.spoken = spoken
        self.rng = np.random.default_rng(seed)

    def word(self):
        length = int(self.rng.integers(4, self.letters + 1))
        letters = self.rng.integers(0, len(LETTERS), length) + 3
        kept = [a for a, b in zip(letters, [0, *letters]) if a != b]
        return letters, [START, *kept[: self.spoken - 2], STOP]

    def draw(self, count):
        letters = np.zeros((count, self.letters), "int32")
        phonemes = np.zeros((count, self.spoken), "int32")
        for row in range(count):
            written, spoken = self.word()
            letters[row, : len(written)] = written
            phonemes[row, : len(spoken)] = spoken
        return letters, phonemes


def teacher_forcing(letters, phonemes):
    """The decoder sees what came before and predicts what comes next."""
    return {"letters": letters, "before": phonemes[:, :-1]}, phonemes


def dataset(lexicon, count, batch):
    letters, phonemes = lexicon.draw(count)
    pairs = tf.data.Dataset.from_tensor_slices((letters, phonemes))
    return pairs.shuffle(count).batch(batch).map(teacher_forcing).prefetch(1)


def main(epochs=1, batch=32):
    keras.utils.set_random_seed(21)
    lexicon = Lexicon()
    symbols = len(LETTERS) + 3
    model = Speller(symbols, symbols, width=32).build_model(lexicon.letters)
    model.compile(
        optimizer=keras.optimizers.RMSprop(2e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
    )
    history = model.fit(dataset(lexicon, 256, batch), epochs=epochs, verbose=0)
    return model, history


if __name__ == "__main__":
    model, history = main()
