"""Translate written dates into ISO form, letter by letter, with teacher forcing."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
START, END = "<", ">"


@dataclass
class Options:
    letters: int = 24
    encoder_units: int = 40
    decoder_units: int = 64
    pairs: int = 320
    batch: int = 64


class Alphabet:
    def __init__(self, texts):
        self.letters = sorted(set("".join(texts)))
        self.index = {letter: n + 1 for n, letter in enumerate(self.letters)}

    def __len__(self):
        return len(self.letters) + 1

    def encode(self, texts, length):
        rows = np.zeros((len(texts), length), "int32")
        for row, text in zip(rows, texts):
            row[: len(text)] = [self.index[letter] for letter in text]
        return rows


def make_pairs(count, rng):
    human, iso = [], []
    for _ in range(count):
        d, m, y = rng.integers(1, 29), rng.integers(0, 12), rng.integers(1950, 2030)
        human.append(rng.choice([f"{d} {MONTHS[m]} {y}", f"{MONTHS[m]} {d}, {y}"]))
        iso.append(f"{START}{y}-{m + 1:02d}-{d:02d}{END}")
    return human, iso


class Translator:
    """Holds the layers that training and decoding share."""

    def __init__(self, options, source_size, target_size):
        self.embed_source = layers.Embedding(source_size, options.letters, mask_zero=True)
        self.embed_target = layers.Embedding(target_size, options.letters, mask_zero=True)
        self.reader = layers.LSTM(options.encoder_units, return_state=True, name="reader")
        self.writer = layers.LSTM(
            options.decoder_units, return_sequences=True, return_state=True, name="writer"
        )
        self.letter = layers.Dense(target_size, name="letter")

    def read(self, source):
        _, hidden, cell = self.reader(self.embed_source(source))
        return [hidden, cell]

    def write(self, target, state):
        sequence, hidden, cell = self.writer(self.embed_target(target), initial_state=state)
        return self.letter(sequence), [hidden, cell]

    def training_model(self):
        source = keras.Input((None,), dtype="int32", name="source")
        target = keras.Input((None,), dtype="int32", name="target")
        logits, _ = self.write(target, self.read(source))
        return keras.Model([source, target], logits, name="teacher_forcing")


def main(options=Options()):
    keras.utils.set_random_seed(5)
    human, iso = make_pairs(options.pairs, np.random.default_rng(5))
    source_letters, target_letters = Alphabet(human), Alphabet(iso)
    source = source_letters.encode(human, max(map(len, human)))
    target = target_letters.encode(iso, max(map(len, iso)))
    model = Translator(options, len(source_letters), len(target_letters)).training_model()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="rmsprop", loss=loss, metrics=["accuracy"])
    model.fit([source, target[:, :-1]], target[:, 1:], batch_size=options.batch, verbose=0)
    print(model.count_params())


if __name__ == "__main__":
    main()
