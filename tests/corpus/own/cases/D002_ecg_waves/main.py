"""Mark P, QRS and T waves in an electrocardiogram with a one-dimensional U-Net."""
import dataclasses

import keras
import numpy as np
from keras import layers


@dataclasses.dataclass(frozen=True)
class Setup:
    rate: int = 250
    seconds: int = 2
    leads: int = 2
    widths: tuple[int, ...] = (8, 16, 24)
    bridge: int = 32
    waves: int = 4
    batch: int = 16
    seed: int = 11

    @property
    def window(self):
        return self.rate * self.seconds


def synthesize(setup, count, seed):
    rng = np.random.default_rng(seed)
    t = np.arange(setup.window)
    signal = rng.normal(0, 0.05, (count, setup.window, setup.leads))
    mask = np.zeros((count, setup.window), "int32")
    for row in range(count):
        beat = rng.integers(120, 180)
        for centre in range(rng.integers(20, 60), setup.window, beat):
            for wave, (shift, width, height) in enumerate(
                [(-40, 8, 0.3), (0, 5, 1.5), (60, 14, 0.5)], start=1
            ):
                at = centre + shift
                signal[row] += height * np.exp(-(((t - at) / width) ** 2))[:, None]
                mask[row, max(0, at - width) : max(0, at + width)] = wave
    return signal.astype("float32"), mask


def double(x, width, name):
    for part in "ab":
        x = layers.Conv1D(width, 7, padding="same", name=f"{name}{part}")(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
    return x


def contract(x, widths):
    kept = []
    for depth, width in enumerate(widths):
        x = double(x, width, f"down{depth}")
        kept.append(x)
        x = layers.MaxPooling1D(2)(x)
    return x, kept


def expand(x, kept, widths):
    for depth in reversed(range(len(widths))):
        x = layers.UpSampling1D(2, name=f"grow{depth}")(x)
        x = layers.Concatenate(name=f"meet{depth}")([kept[depth], x])
        x = double(x, widths[depth], f"up{depth}")
    return x


def unet(setup):
    trace = keras.Input((setup.window, setup.leads), name="trace")
    x, kept = contract(trace, setup.widths)
    x = double(x, setup.bridge, "bridge")
    x = expand(x, kept, setup.widths)
    waves = layers.Conv1D(setup.waves, 1, activation="softmax", name="waves")(x)
    return keras.Model(trace, waves, name="delineator")


if __name__ == "__main__":
    setup = Setup()
    keras.utils.set_random_seed(setup.seed)
    model = unet(setup)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = synthesize(setup, 48, 0)
    model.fit(x, y, batch_size=setup.batch, epochs=1, verbose=0)
    print(model.evaluate(*synthesize(setup, 16, 1), verbose=0))
