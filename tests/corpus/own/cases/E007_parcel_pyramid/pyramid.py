"""Backbone, pyramid and heads."""
from dataclasses import dataclass

import keras
from keras import layers


@dataclass
class PyramidConfig:
    side: int = 96
    finest: int = 4
    backbone: tuple = (16, 24, 40, 64)
    pyramid_width: int = 48


def unit(x, filters, name, strides=1):
    x = layers.SeparableConv2D(filters, 3, strides=strides, padding="same", name=f"{name}_sep")(x)
    x = layers.GroupNormalization(8, name=f"{name}_gn")(x)
    return layers.Activation("swish", name=f"{name}_act")(x)


def backbone(x, config):
    maps = {}
    for level, filters in enumerate(config.backbone, start=1):
        x = unit(x, filters, f"c{level}", strides=2)
        maps[level] = unit(x, filters, f"c{level}b")
        x = maps[level]
    return maps


def side(x, name, width=32):
    return layers.Conv2D(width, 1, name=name)(x)


def pyramid(maps, config):
    width = config.pyramid_width
    p4 = side(maps[4], "side4", width)
    up4 = layers.UpSampling2D(2, name="up4")(p4)
    p3 = layers.Add(name="merge4")([up4, side(maps[3], "side3")])
    up3 = layers.UpSampling2D(2, name="up3")(p3)
    p2 = layers.Add(name="merge3")([up3, side(maps[2], "side2", width)])
    return layers.Conv2D(width, 3, padding="same", name="smooth")(p2)


def build_detector(config):
    picture = keras.Input((config.side, config.side, 3), name="belt")
    x = pyramid(backbone(picture, config), config)
    heat = layers.Conv2D(1, 1, activation="sigmoid", name="heat")(unit(x, 24, "heat_head"))
    size = layers.Conv2D(2, 1, activation="softplus", name="size")(unit(x, 24, "size_head"))
    return keras.Model(picture, {"heat": heat, "size": size}, name="parcels")
