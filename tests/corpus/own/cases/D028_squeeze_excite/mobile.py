"""Inverted residual network."""
import keras
from keras import layers

from attention import SqueezeExcite

STAGES = [
    # expansion, channels, stride
    (2, 12, 1),
    (3, 16, 2),
    (3, 24, 2),
]


def inverted_residual(x, expansion, channels, stride, name):
    entry = x.shape[-1]
    y = layers.Conv2D(entry * expansion, 1, use_bias=False, name=f"{name}_expand")(x)
    y = layers.BatchNormalization()(y)
    y = layers.Activation("relu6")(y)
    y = layers.DepthwiseConv2D(3, strides=stride, padding="same", name=f"{name}_depth")(y)
    y = layers.BatchNormalization()(y)
    y = SqueezeExcite(channels, name=f"{name}_se")(y)
    y = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_project")(y)
    y = layers.BatchNormalization()(y)
    return layers.Add()([x, y]) if stride == 1 and entry == channels else y


def mobile(shape, classes):
    photo = keras.Input(shape, name="photo")
    x = layers.Conv2D(12, 3, strides=2, padding="same", name="stem")(photo)
    for number, (expansion, channels, stride) in enumerate(STAGES):
        x = inverted_residual(x, expansion, channels, stride, f"block{number}")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(photo, layers.Dense(classes, activation="softmax", name="label")(x))
