"""Use a network that knows digits for letters."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers


@dataclass
class Task:
    classes: int
    seed: int
    count: int = 400
    side: int = 14


DIGITS = Task(classes=6, seed=0)
LETTERS = Task(classes=4, seed=1, count=240)


def glyphs(task):
    shapes = np.random.default_rng(task.seed).random((task.classes, task.side, task.side, 1))
    rng = np.random.default_rng(100 + task.seed)
    label = rng.integers(0, task.classes, task.count)
    return (shapes[label] + rng.normal(0, 0.3, (task.count, *shapes.shape[1:]))).astype("float32"), label


def base(side):
    return keras.Sequential(
        [
            keras.Input((side, side, 1)),
            layers.Conv2D(12, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
        ],
        name="base",
    )


def with_head(body, classes, name):
    glyph = keras.Input(body.input_shape[1:])
    return keras.Model(glyph, layers.Dense(classes, activation="softmax", name=name)(body(glyph)))


def freeze(network):
    for layer in network.layers:
        layer.trainable = False


def train(model, task, epochs, rate):
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model.fit(*glyphs(task), epochs=epochs, batch_size=40, verbose=0)


def main():
    keras.utils.set_random_seed(59)
    body = base(DIGITS.side)
    train(with_head(body, DIGITS.classes, "digit"), DIGITS, epochs=3, rate=2e-3)
    model = with_head(body, LETTERS.classes, "letter")
    freeze(model)
    history = train(model, LETTERS, epochs=10, rate=5e-2)
    return model, history


if __name__ == "__main__":
    model, history = main()
    print(history.history["accuracy"])
