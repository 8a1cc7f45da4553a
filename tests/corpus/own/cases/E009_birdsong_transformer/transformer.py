"""Layers of the encoder."""
from keras import layers


class PlacePatches(layers.Layer):
    """Adds a learned vector per place."""

    def __init__(self, places, **kwargs):
        super().__init__(**kwargs)
        self.places = places

    def build(self, shape):
        self.table = self.add_weight(
            name="table", shape=(1, self.places, shape[-1]), initializer="random_normal"
        )

    def call(self, x):
        return x + self.table


class Encoder(layers.Layer):
    def __init__(self, heads, width, **kwargs):
        super().__init__(**kwargs)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]
        self.attend = layers.MultiHeadAttention(heads, width // heads)
        self.widen = layers.Dense(2 * width, activation="gelu")
        self.narrow = layers.Dense(width)

    def call(self, x):
        y = self.norms[0](x)
        x = x + self.attend(y, y)
        return x + self.narrow(self.widen(self.norms[1](x)))
