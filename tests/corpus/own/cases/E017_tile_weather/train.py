"""Tell cloud types apart on satellite tiles."""
from dataclasses import dataclass

import keras
from keras import layers

from tiles import CLOUDS, TileSource


@dataclass
class Setup:
    side: int = 40
    bands: int = 4
    batch: int = 16
    widths: tuple = (12, 24, 36)
    epochs: int = 1


class Residual(layers.Layer):
    """Two convolutions with a projection where the size changes."""

    def __init__(self, filters, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.first = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)
        self.second = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norms = [layers.BatchNormalization(), layers.BatchNormalization()]
        self.project = layers.Conv2D(filters, 1, strides=strides)

    def call(self, x, training=None):
        y = keras.ops.relu(self.norms[0](self.first(x), training=training))
        y = self.norms[1](self.second(y), training=training)
        return keras.ops.relu(y + self.project(x))


def build(setup):
    tile = keras.Input((setup.side, setup.side, setup.bands), name="tile")
    x = tile
    for depth, width in enumerate(setup.widths):
        x = Residual(width, strides=2, name=f"residual{depth}")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    cloud = layers.Dense(len(CLOUDS), activation="softmax", name="cloud")(x)
    return keras.Model(tile, cloud, name="clouds")


def main():
    setup = Setup()
    keras.utils.set_random_seed(72)
    source = TileSource(setup.side, setup.bands)
    train = source.dataset(96, setup.batch, seed=0, training=True)
    check = source.dataset(32, setup.batch, seed=1)
    model = build(setup)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(train, validation_data=check, epochs=setup.epochs, verbose=0)
    print(history.history)
    return model, history


if __name__ == "__main__":
    model, history = main()
