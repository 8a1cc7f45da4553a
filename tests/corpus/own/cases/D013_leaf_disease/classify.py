"""Name the disease of a tomato leaf."""
from dataclasses import dataclass

import keras
from keras import layers

from images import Archive, stream

DISEASES = ("healthy", "blight", "mould", "rust")


@dataclass
class Run:
    side: int = 44
    batch: int = 20
    epochs: int = 1
    rate: float = 2e-3


def separable(x, filters, name):
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    return layers.MaxPooling2D(2)(x)


def build(run):
    leaf = keras.Input(shape=(run.side, run.side, 3), name="leaf")
    x = layers.Conv2D(10, 5, strides=2, padding="same", activation="relu", name="stem")(leaf)
    for number, filters in enumerate((20, 30)):
        x = separable(x, filters, f"separable{number}")
    x = layers.GlobalAveragePooling2D()(x)
    disease = layers.Dense(len(DISEASES), activation="softmax", name="disease")(x)
    return keras.Model(leaf, disease)


def main():
    run = Run()
    keras.utils.set_random_seed(17)
    model = build(run)
    model.compile(
        optimizer=keras.optimizers.Adam(run.rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    train = stream(Archive(120, run.side, 0), run.batch, training=True)
    check = stream(Archive(40, run.side, 1), run.batch, training=False)
    model.fit(train, validation_data=check, epochs=run.epochs, verbose=0)


if __name__ == "__main__":
    main()
