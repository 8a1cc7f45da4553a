"""Tiles of four bands."""
import numpy as np
import tensorflow as tf

CLOUDS = ("clear", "cirrus", "cumulus")


class TileSource:
    def __init__(self, side, bands):
        self.side = side
        self.bands = bands

    def draw(self, count, seed):
        rng = np.random.default_rng(seed)
        kinds = rng.integers(0, len(CLOUDS), count)
        tiles = rng.normal(0.2, 0.05, (count, self.side, self.side, self.bands))
        for tile, kind in zip(tiles, kinds):
            for _ in range(4 * kind):
                row, column = rng.integers(0, self.side - 6, 2)
                tile[row : row + 6, column : column + 6] += 0.5 / kind
        return tiles.astype("float32"), kinds.astype("int32")

    @staticmethod
    def turn(tile, kind):
        tile = tf.image.random_flip_left_right(tile)
        return tf.image.rot90(tile, tf.random.uniform((), 0, 4, tf.int32)), kind

    def dataset(self, count, batch, seed, training=False):
        data = tf.data.Dataset.from_tensor_slices(self.draw(count, seed)).cache()
        if training:
            data = data.shuffle(count).map(self.turn)
            data = data.batch(batch)
        return data.prefetch(tf.data.AUTOTUNE)
