"""Conditional generator and critic; the class enters as a map that is broadcast over the image."""
import keras
from keras import layers, ops


class LabelMap(layers.Layer):
    """Adds a learned value per class and channel to every pixel."""

    def __init__(self, classes, channels, **kwargs):
        super().__init__(**kwargs)
        self.table = layers.Embedding(classes, channels)

    def call(self, image, label):
        return image + self.table(label)[:, None, None, :]

    def compute_output_shape(self, image_shape, label_shape):
        return image_shape


def generator(noise, classes, side):
    z = keras.Input((noise,), name="noise")
    label = keras.Input((), dtype="int32", name="label")
    x = layers.Dense((side // 4) ** 2 * 16, activation="relu")(z)
    x = layers.Reshape((side // 4, side // 4, 16))(x)
    x = LabelMap(classes, 16)(x, label)
    for filters in (16, 8):
        x = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", activation="relu")(x)
    return keras.Model([z, label], layers.Conv2D(1, 3, padding="same", activation="tanh")(x))


def critic(classes, side):
    image = keras.Input((side, side, 1), name="image")
    label = keras.Input((), dtype="int32", name="label")
    x = layers.Conv2D(8, 4, strides=2, padding="same", activation="leaky_relu")(image)
    x = LabelMap(classes, 8)(x, label)
    x = layers.Conv2D(16, 4, strides=2, padding="same", activation="leaky_relu")(x)
    x = layers.Flatten()(x)
    score = layers.Dense(1, name="score")(x)
    return keras.Model([image, label], ops.squeeze(score, axis=-1), name="critic")
