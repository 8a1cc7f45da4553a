"""A residual network of subclassed layers, nested three deep and held in lists.

Shows models that a Python loop puts together: the stages are a list of layers that hold lists of
blocks, and some blocks have a shortcut of their own. Nothing is built before the first input.
"""

import keras
from keras import layers

CLASSES = 10
STAGES = ((32, 2), (64, 2), (128, 2))
"""Filters and number of blocks of each stage."""


class ConvolutionNorm(layers.Layer):
    """A convolution and the normalization that belongs to it."""

    def __init__(self, filters, size, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.convolution = layers.Conv2D(
            filters, size, strides=strides, padding="same", use_bias=False, name="convolution"
        )
        self.norm = layers.BatchNormalization(name="norm")

    def call(self, x, training=None):
        return self.norm(self.convolution(x), training=training)


class ResidualBlock(layers.Layer):
    """Two convolutions around which the input is carried past."""

    def __init__(self, filters, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.first = ConvolutionNorm(filters, 3, strides, name="first")
        self.second = ConvolutionNorm(filters, 3, name="second")
        # Only where the shape changes does the shortcut need a convolution.
        self.shortcut = (
            ConvolutionNorm(filters, 1, strides, name="shortcut") if strides > 1 else None
        )

    def call(self, x, training=None):
        carried = x if self.shortcut is None else self.shortcut(x, training=training)
        x = keras.ops.relu(self.first(x, training=training))
        return keras.ops.relu(self.second(x, training=training) + carried)


class Stage(layers.Layer):
    """Blocks of one resolution; the first of them lowers it."""

    def __init__(self, filters, blocks, strides, **kwargs):
        super().__init__(**kwargs)
        self.blocks = [
            ResidualBlock(filters, strides if index == 0 else 1, name=f"block_{index}")
            for index in range(blocks)
        ]

    def call(self, x, training=None):
        for block in self.blocks:
            x = block(x, training=training)
        return x


class ResNet(keras.Model):
    """An image in, a score for each class out."""

    def __init__(self, stages=STAGES, classes=CLASSES, **kwargs):
        super().__init__(**kwargs)
        self.stem = ConvolutionNorm(stages[0][0], 3, name="stem")
        self.stages = [
            Stage(filters, blocks, strides=1 if index == 0 else 2, name=f"stage_{index}")
            for index, (filters, blocks) in enumerate(stages)
        ]
        self.pool = layers.GlobalAveragePooling2D(name="pool")
        self.head = layers.Dense(classes, name="head")

    def call(self, images, training=None):
        x = keras.ops.relu(self.stem(images, training=training))
        for stage in self.stages:
            x = stage(x, training=training)
        return self.head(self.pool(x))


def make_model():
    """Return the unbuilt model, and what it is called with."""
    return ResNet(name="subclassed_resnet"), keras.KerasTensor((None, 32, 32, 3), name="images")


if __name__ == "__main__":
    model, example = make_model()
    model(example)
    model.summary()
