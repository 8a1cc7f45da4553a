"""A spam filter."""
from dataclasses import dataclass

import keras
from keras import layers

from text import Tokenizer, mails, padded


@dataclass
class Settings:
    words: int = 40
    length: int = 30
    vector: int = 10
    filters: int = 14
    epochs: int = 1


class SpamFilter:
    def __init__(self, settings):
        self.settings = settings
        self.tokenizer = Tokenizer(settings.words)

    def network(self):
        s = self.settings
        mail = keras.Input((s.length,), dtype="int32", name="mail")
        x = layers.Embedding(s.words, s.vector, name="vectors")(mail)
        x = layers.Conv1D(s.filters, 3, padding="same", activation="relu", name="phrases")(x)
        x = layers.Flatten(name="flat")(x)
        x = layers.Dropout(0.25)(x)
        return keras.Model(mail, layers.Dense(1, activation="sigmoid", name="spam")(x))

    def prepare(self, count, seed):
        texts, spam = mails(count, self.settings.length, seed)
        return texts, spam

    def train(self):
        texts, spam = self.prepare(300, seed=1)
        check_texts, check_spam = self.prepare(80, seed=2)
        self.tokenizer.fit(texts)
        x = padded(self.tokenizer(texts), self.settings.length)
        check_x = padded(self.tokenizer(check_texts))
        model = self.network()
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
        model.fit(
            x,
            spam,
            validation_data=(check_x, check_spam),
            batch_size=50,
            epochs=self.settings.epochs,
            verbose=0,
        )
        return model


if __name__ == "__main__":
    keras.utils.set_random_seed(29)
    SpamFilter(Settings()).train()
