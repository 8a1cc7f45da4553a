"""Made-up galaxies."""
import numpy as np


def observe(count, side, seed):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 2, count)
    rows, columns = np.mgrid[:side, :side] - side / 2
    radius, angle = np.hypot(rows, columns), np.arctan2(rows, columns)
    pictures = np.zeros((count, side, side, 1))
    for n in range(count):
        arms = 1 + kind[n] * np.cos(2 * angle - radius * 0.7 + rng.uniform(0, 6))
        pictures[n, ..., 0] = np.exp(-radius / rng.uniform(3, 6)) * arms
    pictures += rng.normal(0, 0.05, pictures.shape)
    return pictures.astype("float32"), kind.astype("float32")[:, None]
