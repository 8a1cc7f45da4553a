"""How fast training goes, and how much memory it holds."""

from __future__ import annotations

import time
from typing import Any

_MEMORY_EVERY = 1.0
"""Seconds between two looks at memory, each of which costs some 20 microseconds."""


class Pace:
    """Times the steps of a training: waiting for data, and computing."""

    def __init__(self) -> None:
        self._ended = time.perf_counter()
        self._began = self._ended
        self._looked = 0.0
        self._memory: dict[str, float] = {}
        self._process: Any = None
        self.wait = 0.0
        self.compute = 0.0

    def rest(self) -> None:
        """What passed since the last step belongs to none: a validation, say."""
        self._ended = time.perf_counter()

    def begin(self) -> None:
        """A step begins: what passed since the last one was spent on waiting for data."""
        self._began = time.perf_counter()
        self.wait = self._began - self._ended

    def computed(self) -> None:
        """The step has ended."""
        self.compute = time.perf_counter() - self._began

    def done(self) -> float:
        """All is said about the step; return the seconds that saying it took."""
        self._ended = time.perf_counter()
        return self._ended - self._began - self.compute

    def numbers(self, steps: int, samples: int | None) -> dict[str, float]:
        """Return what is logged: per step where several are run as one."""
        found = {"time/wait": self.wait / steps, "time/compute": self.compute / steps}
        if samples:
            found["samples_per_second"] = samples * steps / max(1e-9, self.wait + self.compute)
        if self._began - self._looked >= _MEMORY_EVERY or not self._memory:
            self._looked = self._began
            self._memory = self._look()
        return found | self._memory

    def _look(self) -> dict[str, float]:
        import psutil

        self._process = self._process or psutil.Process()
        found = {"memory/process": float(self._process.memory_info().rss)}
        device = _device_memory()
        if device is not None:
            found["memory/device"] = float(device)
        return found


def _device_memory() -> int | None:
    """Return the bytes in use on the first accelerator; None where the backend tells nothing."""
    import keras

    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        statistics = jax.local_devices()[0].memory_stats()
        return statistics.get("bytes_in_use") if statistics else None
    if backend == "torch":
        import torch

        return torch.cuda.memory_allocated() if torch.cuda.is_available() else None
    import tensorflow as tf

    if not tf.config.list_logical_devices("GPU"):
        return None
    current: int = tf.config.experimental.get_memory_info("GPU:0")["current"]
    return current
