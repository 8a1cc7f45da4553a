"""Variational autoencoder of mineral spectra."""
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers, ops


@dataclass
class Options:
    bands: int = 64
    latent: int = 10
    hidden: list = field(default_factory=lambda: [48, 32])
    beta: float = 0.5
    epochs: int = 2


def spectra(count, bands, seed=0):
    rng = np.random.default_rng(seed)
    place = np.linspace(0, 1, bands)
    made = np.zeros((count, bands))
    for _ in range(3):
        centre, width = rng.uniform(0.1, 0.9, (count, 1)), rng.uniform(0.03, 0.1, (count, 1))
        made += rng.uniform(0.2, 1, (count, 1)) * np.exp(-(((place - centre) / width) ** 2))
    return (made / made.max(axis=1, keepdims=True)).astype("float32")


def stack(x, sizes, name):
    for depth, units in enumerate(sizes):
        x = layers.Dense(units, activation="relu", name=f"{name}{depth}")(x)
    return x


def make_reader(options):
    spectrum = keras.Input((options.bands,), name="spectrum")
    x = stack(spectrum, options.hidden, "read")
    both = layers.Dense(options.latent, name="mean_and_spread")(x)
    return keras.Model(spectrum, both, name="reader")


def make_painter(options):
    code = keras.Input((options.latent,), name="code")
    x = stack(code, reversed(options.hidden), "paint")
    bands = layers.Dense(options.bands, activation="sigmoid", name="bands")(x)
    return keras.Model(code, bands, name="painter")


class SpectrumVAE(keras.Model):
    def __init__(self, options, **kwargs):
        super().__init__(**kwargs)
        self.reader = make_reader(options)
        self.painter = make_painter(options)
        self.beta = options.beta
        self.seeds = keras.random.SeedGenerator(7)

    def call(self, spectrum):
        mean, spread = ops.split(self.reader(spectrum), 2, axis=-1)
        noise = keras.random.normal(ops.shape(mean), seed=self.seeds)
        code = mean + ops.exp(0.5 * spread) * noise
        divergence = 0.5 * ops.sum(ops.square(mean) + ops.exp(spread) - 1.0 - spread, axis=-1)
        self.add_loss(self.beta * ops.mean(divergence) / spectrum.shape[-1])
        return self.painter(code)


def main():
    keras.utils.set_random_seed(31)
    options = Options()
    train, held_out = spectra(256, options.bands), spectra(64, options.bands, seed=1)
    model = SpectrumVAE(options, name="spectrum_vae")
    model.compile(optimizer=keras.optimizers.Adam(2e-3), loss="mse")
    history = model.fit(
        train, train, validation_data=(held_out, held_out), epochs=options.epochs, batch_size=32, verbose=0
    )
    print(round(history.history["val_loss"][-1], 4))
    return model, history


if __name__ == "__main__":
    model, history = main()
