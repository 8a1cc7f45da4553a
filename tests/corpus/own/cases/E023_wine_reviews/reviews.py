"""Grades of wines from reviews."""
import keras
import numpy as np
from keras import layers

from texts import ReviewMaker, split_at


class TextNet:
    def __init__(self, words, length, grades, filters=24):
        self.words, self.length = words, length
        self.grades, self.filters = grades, filters

    def build(self):
        tokens = keras.Input((self.length,), dtype="int32", name="tokens")
        x = layers.Embedding(self.words, 24, name="vectors")(tokens)
        x = layers.SpatialDropout1D(0.1, name="drop")(x)
        columns = []
        for size in (2, 3, 4):
            y = layers.Conv1D(self.filters, size, activation="relu", name=f"grams{size}")(x)
            columns.append(layers.GlobalMaxPooling1D(name=f"best{size}")(y))
        x = layers.Concatenate(name="columns")(columns)
        return keras.Model(tokens, layers.Dense(self.grades, name="grade")(x), name="reviews")


def main(reviews=900, epochs=4):
    keras.utils.set_random_seed(66)
    maker = ReviewMaker(words=90, length=14, grades=3)
    texts, labels = maker.make(reviews)
    (x, y), (x_val, y_val) = split_at(texts, labels, share=0.8)
    model = TextNet(maker.words, maker.length, maker.grades).build()
    model.compile(
        optimizer=keras.optimizers.Adam(5e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(
        x, y, validation_data=(x_val, y_val), batch_size=32, epochs=epochs, verbose=0
    )
    print(history.history["val_accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
