"""A U-Net with three levels."""
from dataclasses import dataclass

import keras
from keras import layers


@dataclass
class Settings:
    side: int = 96
    widths: tuple = (12, 24, 40)
    dropout: float = 0.1


class CrackNet:
    def __init__(self, settings):
        self.settings = settings
        self.skips = []

    def stage(self, x, width, name):
        for turn in range(2):
            x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"{name}_conv{turn}")(x)
            x = layers.BatchNormalization(name=f"{name}_norm{turn}")(x)
            x = layers.Activation("relu", name=f"{name}_relu{turn}")(x)
        return x

    def down(self, x):
        for level, width in enumerate(self.settings.widths):
            x = self.stage(x, width, f"down{level}")
            self.skips.append(x)
            x = layers.MaxPooling2D(name=f"pool{level}")(x)
        return layers.SpatialDropout2D(self.settings.dropout, name="bottom_drop")(x)

    def up(self, x):
        pairs = zip(reversed(self.settings.widths), self.skips)
        for level, (width, skip) in enumerate(pairs):
            x = layers.Conv2DTranspose(width, 2, strides=2, name=f"grow{level}")(x)
            x = layers.Concatenate(name=f"join{level}")([x, skip])
            x = self.stage(x, width, f"up{level}")
        return x

    def build(self):
        side = self.settings.side
        picture = keras.Input((side, side, 1), name="wall")
        x = self.up(self.down(picture))
        mask = layers.Conv2D(1, 1, activation="sigmoid", name="crack")(x)
        return keras.Model(picture, mask, name="crack_net")
