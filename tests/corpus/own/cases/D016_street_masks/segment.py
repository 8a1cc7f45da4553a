"""Street scenes: road, kerb, car or nothing, per pixel."""
from dataclasses import dataclass
from enum import IntEnum

import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Label(IntEnum):
    NOTHING = 0
    ROAD = 1
    KERB = 2
    CAR = 3


@dataclass
class SceneConfig:
    rows: int = 32
    columns: int = 48
    scenes: int = 60
    batch: int = 12
    depth: int = 2
    base: int = 8


def scene(config, rng):
    photo = rng.normal(0.2, 0.05, (config.rows, config.columns, 3))
    mask = np.full((config.rows, config.columns), Label.NOTHING)
    left = rng.integers(4, config.columns // 3)
    right = rng.integers(2 * config.columns // 3, config.columns - 4)
    mask[:, left:right] = Label.ROAD
    mask[:, left : left + 2] = mask[:, right - 2 : right] = Label.KERB
    row = rng.integers(0, config.rows - 8)
    mask[row : row + 8, left + 4 : left + 10] = Label.CAR
    return photo + mask[..., None] * 0.2, mask


def scenes(config, seed):
    rng = np.random.default_rng(seed)
    photos, masks = zip(*(scene(config, rng) for _ in range(config.scenes)))
    return np.asarray(photos, "float32"), np.asarray(masks, "int32")


def flip(photo, mask):
    both = tf.concat([photo, tf.cast(mask[..., None], tf.float32)], axis=-1)
    both = tf.image.random_flip_left_right(both, seed=4)
    return both[..., :3], tf.cast(both[..., 3], tf.int32)


def pipeline(config, seed, augment=False):
    data = tf.data.Dataset.from_tensor_slices(scenes(config, seed))
    if augment:
        data = data.map(flip).shuffle(config.scenes, seed=4)
    return data.batch(config.batch)


def build(config):
    photo = keras.Input((config.rows, config.columns, 3), name="photo")
    x, skips = photo, []
    for depth in range(config.depth):
        x = layers.Conv2D(config.base << depth, 3, padding="same", activation="relu")(x)
        skips.append(x)
        x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(config.base << config.depth, 3, padding="same", activation="relu")(x)
    for skip in reversed(skips):
        x = layers.Conv2DTranspose(skip.shape[-1], 2, strides=2)(x)
        x = layers.Concatenate()([x, skip])
    classes = layers.Conv2D(len(Label), 1, activation="softmax", name="classes")(x)
    return keras.Model(photo, classes, name="street")


def main():
    config = SceneConfig()
    keras.utils.set_random_seed(4)
    model = build(config)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    history = model.fit(
        pipeline(config, 0, augment=True),
        validation_data=pipeline(config, 1),
        epochs=1,
        verbose=0,
    )
    print(history.history)


if __name__ == "__main__":
    main()
