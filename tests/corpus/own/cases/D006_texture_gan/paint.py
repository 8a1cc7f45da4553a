"""Paint wood and cloth."""
import json

import keras
import numpy as np
import tensorflow as tf

from gan import TextureGAN
from networks import critic, generator

CONFIG = json.loads('{"side": 20, "channels": 3, "noise": 12, "batch": 24, "steps": 4}')


def textures(count, side, channels, seed=0):
    rng = np.random.default_rng(seed)
    wave = np.sin(np.arange(side) / rng.uniform(0.8, 3.0, (count, 1)))
    tint = rng.uniform(0.3, 1.0, (count, 1, 1, channels))
    return (wave[:, :, None, None] * np.ones((1, 1, side, 1)) * tint).astype("float32")


def main(config):
    keras.utils.set_random_seed(2)
    images = textures(config["batch"] * config["steps"], config["side"], config["channels"])
    batches = tf.data.Dataset.from_tensor_slices(images).shuffle(64).batch(config["batch"])
    gan = TextureGAN(
        generator(config["noise"], config["side"]),
        critic(config["side"], config["channels"]),
        config["noise"],
    )
    gan.compile(keras.optimizers.Adam(2e-4), keras.optimizers.Adam(2e-4))
    log = gan.fit(batches, epochs=1, verbose=0)
    print({name: values[-1] for name, values in log.history.items()})


if __name__ == "__main__":
    main(CONFIG)
