"""Counters of servers and how they are scaled."""
import numpy as np

NAMES = ("load", "swap", "errors", "heat", "rack", "uptime")


def collect(servers, seed):
    rng = np.random.default_rng(seed)
    table = rng.gamma(2.0, 1.0, (servers, len(NAMES)))
    table[:, NAMES.index("heat")] = 40 + 5 * table[:, NAMES.index("load")]
    table[:, NAMES.index("rack")] = 7.0
    risk = table[:, 0] + 2 * table[:, 2] - 0.3 * table[:, 5]
    failed = risk + rng.normal(0, 0.5, servers) > 6
    return table, failed.astype("float32")[:, None]


class Standard:
    """Zero mean and unit spread, with the numbers of the training part."""

    def fit(self, table):
        self.mean = table.mean(axis=0)
        self.spread = table.std(axis=0)
        return self

    def __call__(self, table):
        return ((table - self.mean) / self.spread).astype("float32")
