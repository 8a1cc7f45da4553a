"""Take the noise out of seismograms in two passes."""
import argparse

import keras
import numpy as np
from keras import layers


class ConvStack(layers.Layer):
    def __init__(self, widths, kernel, **kwargs):
        super().__init__(**kwargs)
        self.steps = [
            layers.Conv1D(width, kernel, padding="same", activation="relu") for width in widths
        ]
        self.out = layers.Conv1D(1, 1)

    def call(self, x):
        for step in self.steps:
            x = step(x)
        return self.out(x)


class TwoPass(keras.Model):
    """The first pass makes a guess, the second corrects it."""

    def __init__(self, widths, kernel, **kwargs):
        super().__init__(**kwargs)
        self.coarse = ConvStack(widths, kernel, name="coarse")
        self.refine = ConvStack(widths, kernel, name="refine")
        self.join = layers.Concatenate(name="join")
        self.add = layers.Add(name="add")

    def call(self, noisy):
        guess = self.coarse(noisy)
        both = self.join([noisy, guess])
        correction = self.coarse(noisy)
        return self.add([guess, correction])


def traces(count, length, seed):
    rng = np.random.default_rng(seed)
    t = np.arange(length)
    start = rng.integers(10, length // 2, (count, 1))
    envelope = np.where(t > start, np.exp(-(t - start) / 20), 0)
    clean = envelope * np.sin((t - start) / rng.uniform(1.5, 3, (count, 1)))
    noisy = clean + rng.normal(0, 0.2, clean.shape)
    return noisy[..., None].astype("float32"), clean[..., None].astype("float32")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--length", type=int, default=80)
    parser.add_argument("--kernel", type=int, default=5)
    args = parser.parse_args()
    keras.utils.set_random_seed(57)
    model = TwoPass((8, 8), args.kernel)
    model.compile(optimizer="adam", loss="mse")
    noisy, clean = traces(200, args.length, seed=57)
    model.fit(noisy, clean, epochs=2, batch_size=25, verbose=0)
    return model


if __name__ == "__main__":
    model = main()
    print(sum(int(np.prod(weight.shape)) for weight in model.trainable_weights), "weights")
