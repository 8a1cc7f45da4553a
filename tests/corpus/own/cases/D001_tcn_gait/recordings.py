"""Synthetic accelerometer recordings."""
import numpy as np

PERIODS = (8, 13, 21, 34)


def record(count, steps, sensors, rng):
    kind = rng.integers(0, len(PERIODS), count)
    t = np.arange(steps)
    phase = rng.uniform(0, 2 * np.pi, (count, 1, sensors))
    period = np.asarray(PERIODS)[kind][:, None, None]
    wave = np.sin(2 * np.pi * t[None, :, None] / period + phase)
    return (wave + rng.normal(0, 0.2, wave.shape)).astype("float32"), kind
