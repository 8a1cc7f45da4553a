"""Tell birds apart by a transformer over patches of spectrograms."""
import keras
import numpy as np
from keras import layers

from settings import ListenerConfig
from transformer import Encoder, PlacePatches


def songs(count, config, seed):
    rng = np.random.default_rng(seed)
    bird = rng.integers(0, config.birds, count)
    sound = rng.normal(0, 0.3, (count, config.frames, config.bands, 1))
    time = np.arange(config.frames)
    for n, kind in enumerate(bird):
        pitch = (kind + 1) * config.bands / (config.birds + 2)
        curve = pitch + 3 * np.sin(2 * np.pi * time * (kind + 1) / config.frames)
        rows = np.clip(curve.astype(int), 0, config.bands - 1)
        sound[n, time, rows, 0] += 2.0
    return sound.astype("float32"), bird.astype("int32")


class PatchesToSequence(layers.Layer):
    """Convolution with stride = patch, then one row per patch."""

    def __init__(self, patch, width, **kwargs):
        super().__init__(**kwargs)
        self.project = layers.Conv2D(width, patch, strides=patch, name="project")
        self.width = width

    def call(self, picture):
        cells = self.project(picture)
        return keras.ops.reshape(cells, (-1, cells.shape[1] * cells.shape[2], self.width))


def build(config):
    sound = keras.Input((config.frames, config.bands, 1), name="spectrogram")
    x = PatchesToSequence(config.patch, config.width, name="patches")(sound)
    x = PlacePatches(config.patches, name="place")(x)
    for depth in range(config.depth):
        x = Encoder(config.heads, config.width, name=f"encoder{depth}")(x)
    x = layers.LayerNormalization(name="last_norm")(x)
    x = layers.GlobalAveragePooling1D(name="pool")(x)
    bird = layers.Dense(config.birds, activation="softmax", name="bird")(x)
    return keras.Model(sound, bird, name="listener")


def main():
    keras.utils.set_random_seed(14)
    config = ListenerConfig.from_arguments()
    x, y = songs(128, config, seed=0)
    model = build(config)
    model.compile(
        optimizer=keras.optimizers.AdamW(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(x, y, validation_split=0.25, epochs=config.epochs, batch_size=32, verbose=0)
    return model, history


if __name__ == "__main__":
    model, history = main()
