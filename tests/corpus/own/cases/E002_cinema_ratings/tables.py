"""Ratings as a table: user, film, hour of the day, weekend."""
import numpy as np


def load_ratings(rows, users, films, seed=5):
    rng = np.random.default_rng(seed)
    user = rng.integers(0, users, rows)
    film = rng.integers(0, films, rows)
    hour = rng.uniform(0, 1, rows)
    weekend = rng.integers(0, 2, rows)
    taste = rng.normal(0, 0.7, users)[user] + rng.normal(0, 0.7, films)[film]
    ratings = np.clip(3 + taste + 0.4 * weekend, 1, 5)
    table = np.stack([user, film, hour, weekend], axis=1).astype("float32")
    return table, ratings.astype("float32")[:, None]


def split(table, target, share, seed=2):
    order = np.random.default_rng(seed).permutation(len(table))
    cut = int(len(table) * (1 - share))
    train, test = order[:cut], order[cut:]
    return table[train], table[test], target[train], target[test]
