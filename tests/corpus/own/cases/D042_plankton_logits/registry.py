"""Losses and heads by name, so that experiments can be written as text."""
import keras
from keras import layers

LOSSES = {
    "single": lambda: "sparse_categorical_crossentropy",
    "multi": lambda: keras.losses.BinaryCrossentropy(from_logits=True),
}


def head(task, classes):
    if task == "multi":
        return layers.Dense(classes, name="logits")
    return layers.Dense(classes, name="logits")
