"""Mark streets, numbers and towns in addresses."""
import argparse

import keras
from keras import layers, ops

from addresses import KINDS, AddressBook


class MaskedAccuracy(keras.metrics.Metric):
    """Share of the words whose kind is right, padding left out."""

    def __init__(self, name="masked_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.right = self.add_weight(name="right", initializer="zeros")
        self.seen = self.add_weight(name="seen", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        known = ops.cast(ops.not_equal(y_true, 0), "float32")
        guess = ops.cast(ops.argmax(y_pred, axis=-1), y_true.dtype)
        self.right.assign_add(ops.sum(ops.cast(ops.equal(guess, y_true), "float32") * known))
        self.seen.assign_add(ops.sum(known))

    def result(self):
        return self.right / ops.maximum(self.seen, 1.0)


def build(vocabulary, kinds, width=24):
    words = keras.Input((None,), dtype="int32", name="words")
    x = layers.Embedding(vocabulary, width, mask_zero=True, name="vectors")(words)
    x = layers.Dropout(0.2, name="drop")(x)
    x = layers.Bidirectional(layers.LSTM(width, return_sequences=True), name="context")(x)
    x = layers.Dense(width, activation="tanh", name="mix")(x)
    return keras.Model(words, layers.Dense(kinds, name="kind")(x), name="address_tagger")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=1)
    args = parser.parse_args()
    keras.utils.set_random_seed(90)
    book = AddressBook(vocabulary=120, seed=6)
    train = book.dataset(160, args.batch, training=True)
    check = book.dataset(48, args.batch)
    model = build(book.vocabulary, len(KINDS))
    model.compile(
        optimizer="nadam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
        metrics=[MaskedAccuracy()],
    )
    history = model.fit(train, validation_data=check, epochs=args.epochs, verbose=0)
    print(history.history["val_masked_accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
