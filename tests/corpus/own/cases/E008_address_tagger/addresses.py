"""Addresses as sequences of word numbers."""
import numpy as np
import tensorflow as tf

KINDS = ["padding", "street", "number", "town", "other"]


class AddressBook:
    def __init__(self, vocabulary, seed):
        self.vocabulary = vocabulary
        self.rng = np.random.default_rng(seed)

    def address(self):
        share = (self.vocabulary - 1) // (len(KINDS) - 1)
        counts = self.rng.integers(1, 4, len(KINDS) - 1)
        kinds = np.repeat(np.arange(1, len(KINDS)), counts)
        words = 1 + (kinds - 1) * share + self.rng.integers(0, share, len(kinds))
        return words.astype("int32"), kinds.astype("int32")

    def dataset(self, count, batch, training=False):
        drawn = [self.address() for _ in range(count)]
        row = tf.TensorSpec((None,), tf.int32)
        data = tf.data.Dataset.from_generator(lambda: iter(drawn), output_signature=(row, row))
        if training:
            data = data.shuffle(count, seed=1)
        data = data.apply(tf.data.experimental.assert_cardinality(count))
        return data.batch(batch).prefetch(2)
