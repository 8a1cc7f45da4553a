"""U-Net: an encoder and a decoder joined by skip connections, for segmenting images.

Shows long edges across a model: every level of the encoder feeds the level of the decoder that has
the same resolution. All of it is one flat functional model; the blocks are plain functions.
"""

import keras
from keras import layers

IMAGE = (128, 128, 3)
CLASSES = 3
FILTERS = (32, 64, 128, 256)


def make_model():
    """Return the model: an image in, a probability of each class for every pixel out."""
    inputs = keras.Input(IMAGE, name="image")
    x, skips = inputs, []
    for level, filters in enumerate(FILTERS):
        x = double_convolution(x, filters, name=f"down{level}")
        skips.append(x)
        x = layers.MaxPooling2D(2, name=f"down{level}_pool")(x)
    x = double_convolution(x, 2 * FILTERS[-1], name="bottom")
    for level in reversed(range(len(FILTERS))):
        x = up_convolution(x, skips[level], FILTERS[level], name=f"up{level}")
    outputs = layers.Conv2D(CLASSES, 1, activation="softmax", name="classes")(x)
    return keras.Model(inputs, outputs, name="unet")


def double_convolution(x, filters, name):
    """Convolve twice at one resolution."""
    for step in ("a", "b"):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_{step}_conv")(x)
        x = layers.BatchNormalization(name=f"{name}_{step}_norm")(x)
        x = layers.ReLU(name=f"{name}_{step}_relu")(x)
    return x


def up_convolution(x, skip, filters, name):
    """Double the resolution and take in what the encoder saw there."""
    x = layers.Conv2DTranspose(filters, 2, strides=2, name=f"{name}_expand")(x)
    x = layers.Concatenate(name=f"{name}_join")([skip, x])
    return double_convolution(x, filters, name)


if __name__ == "__main__":
    make_model().summary()
