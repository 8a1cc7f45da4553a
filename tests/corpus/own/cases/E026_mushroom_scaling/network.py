"""A small convolutional network with its own preprocessing."""
import keras
from keras import layers


def preprocessing():
    return keras.Sequential(
        [
            layers.Rescaling(1.0 / 255, name="unit_range"),
            layers.RandomFlip("horizontal", name="flip"),
        ],
        name="preprocessing",
    )


def build(side, species):
    picture = keras.Input((side, side, 3), name="picture")
    x = preprocessing()(picture)
    for depth, width in enumerate((12, 20)):
        x = layers.Conv2D(width, 3, activation="relu", name=f"conv{depth}")(x)
        x = layers.MaxPooling2D(name=f"pool{depth}")(x)
    x = layers.Flatten(name="flat")(x)
    return keras.Model(picture, layers.Dense(species, activation="softmax", name="species")(x))
