"""Inverted bottlenecks in the manner of ConvNeXt."""
import keras
from keras import layers


class Numbered:
    """Gives out names with running numbers."""

    def __init__(self):
        self.number = -1

    def next(self):
        self.number += 1
        return self.number


def unit(x, width, number):
    y = layers.DepthwiseConv2D(5, padding="same", name=f"spread{number}")(x)
    y = layers.LayerNormalization(epsilon=1e-6, name=f"norm{number}")(y)
    y = layers.Dense(3 * width, activation="gelu", name=f"widen{number}")(y)
    y = layers.Dense(width, name=f"narrow{number}")(y)
    y = layers.Add(name=f"mix{number}")([x, y])
    return x


def classifier(side, widths, repeats):
    numbers = Numbered()
    picture = keras.Input((side, side, 1), name="picture")
    x = layers.Conv2D(widths[0], 4, strides=2, padding="same", name="stem")(picture)
    for stage, width in enumerate(widths):
        if stage:
            x = layers.Conv2D(width, 2, strides=2, name=f"shrink{stage}")(x)
        for _ in range(repeats):
            x = unit(x, width, numbers.next())
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.LayerNormalization(name="last_norm")(x)
    spiral = layers.Dense(1, name="spiral")(x)
    return keras.Model(picture, spiral, name="galaxies")
