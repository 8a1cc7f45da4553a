"""Pretrain an encoder on vibration spectra without labels, then classify gears."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers


@dataclass
class GearConfig:
    bins: int = 96
    widths: tuple = (10, 20, 30)
    code: int = 16
    faults: int = 3
    epochs: int = 1
    batch: int = 32


def spectra(count, config, seed):
    rng = np.random.default_rng(seed)
    fault = rng.integers(0, config.faults, count)
    bins = np.arange(config.bins)
    x = rng.gamma(1.0, 0.2, (count, config.bins))
    for n, kind in enumerate(fault):
        for harmonic in range(1, 4):
            peak = (8 + 6 * kind) * harmonic
            x[n] += np.exp(-0.5 * ((bins - peak) / 1.5) ** 2) / harmonic
    return x[..., None].astype("float32"), fault.astype("int32")


def make_encoder(bins, widths, name="encoder"):
    spectrum = keras.Input((bins, 1), name=f"{name}_spectrum")
    x = spectrum
    for stage, width in enumerate(widths):
        x = layers.Conv1D(
            width, 5, strides=2, padding="same", activation="relu", name=f"{name}_{stage}"
        )(x)
    return keras.Model(spectrum, x, name=name)


def make_autoencoder(encoder, config):
    x = encoder.output
    for stage, width in enumerate(config.widths[::-1]):
        x = layers.Conv1DTranspose(
            width, 5, strides=2, padding="same", activation="relu", name=f"back_{stage}"
        )(x)
    x = layers.Conv1D(1, 5, padding="same", name="again")(x)
    return keras.Model(encoder.input, x, name="autoencoder")


def pretrain(config, x):
    encoder = make_encoder(config.bins, config.widths, "pretrained")
    autoencoder = make_autoencoder(encoder, config)
    autoencoder.compile(optimizer="adam", loss="mse")
    autoencoder.fit(x, x, epochs=config.epochs, batch_size=config.batch, verbose=0)
    return encoder.get_weights()


def make_classifier(config, weights):
    encoder = make_encoder(config.bins, config.widths[:-1])
    encoder.set_weights(weights)
    encoder.trainable = False
    spectrum = keras.Input((config.bins, 1), name="spectrum")
    x = layers.GlobalAveragePooling1D(name="pool")(encoder(spectrum))
    x = layers.Dense(config.code, activation="relu", name="code")(x)
    fault = layers.Dense(config.faults, activation="softmax", name="fault")(x)
    return keras.Model(spectrum, fault, name="gear_classifier")


def main():
    config = GearConfig()
    keras.utils.set_random_seed(23)
    unlabelled, _ = spectra(192, config, seed=1)
    x, y = spectra(96, config, seed=2)
    weights = pretrain(config, unlabelled)
    model = make_classifier(config, weights)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-2),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(x, y, epochs=config.epochs, batch_size=config.batch, verbose=0)
    print(history.history["accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
