"""Recommend books: a tower for readers, a tower for books, and the product of both."""
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


@dataclass(frozen=True)
class Shop:
    readers: int = 60
    books: int = 40
    reader_facts: int = 7
    book_facts: int = 11
    vector: int = 12


class Tower(layers.Layer):
    def __init__(self, ids, vector, project, **kwargs):
        super().__init__(**kwargs)
        self.vectors = layers.Embedding(ids, vector)
        self.project = project
        self.merge = layers.Dense(vector)

    def call(self, ids, facts):
        known = self.vectors(ids)
        described = self.project(facts)
        return self.merge(ops.concatenate([known, described], axis=-1))


class TwoTowers(keras.Model):
    def __init__(self, shop, **kwargs):
        super().__init__(**kwargs)
        project = layers.Dense(shop.vector, activation="tanh", name="project")
        self.reader_tower = Tower(shop.readers, shop.vector, project, name="reader_tower")
        self.book_tower = Tower(shop.books, shop.vector, project, name="book_tower")
        self.bias = layers.Dense(1, name="bias")

    def call(self, inputs):
        reader = self.reader_tower(inputs["reader"], inputs["reader_facts"])
        book = self.book_tower(inputs["book"], inputs["book_facts"])
        return self.bias(ops.sum(reader * book, axis=-1, keepdims=True))


def ratings(shop, count, seed):
    rng = np.random.default_rng(seed)
    reader = rng.integers(0, shop.readers, count)
    book = rng.integers(0, shop.books, count)
    reader_facts = rng.normal(size=(shop.readers, shop.reader_facts))
    book_facts = rng.normal(size=(shop.books, shop.book_facts))
    liked = reader_facts[reader, 0] * book_facts[book, 0] + rng.normal(0, 0.1, count)
    columns = {
        "reader": reader.astype("int32"),
        "book": book.astype("int32"),
        "reader_facts": reader_facts[reader].astype("float32"),
        "book_facts": book_facts[book].astype("float32"),
    }
    return tf.data.Dataset.from_tensor_slices((columns, liked.astype("float32")[:, None]))


def main():
    shop = Shop()
    keras.utils.set_random_seed(39)
    model = TwoTowers(shop)
    model.compile(optimizer="adagrad", loss="mse", metrics=["mae"])
    data = ratings(shop, 600, seed=39).shuffle(600, seed=0)
    model.fit(data.take(500).batch(50), validation_data=data.skip(500).batch(50), verbose=0)


if __name__ == "__main__":
    main()
