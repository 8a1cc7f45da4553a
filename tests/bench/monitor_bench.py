"""What watching a training costs: `fit` with the monitor against plain `fit`, in one run.

    python -m tests.bench.monitor_bench [EPOCHS] [ROUNDS]

Rounds are interleaved, so that whatever else the machine does falls on all of them. Every variant
trains a model of its own that has been traced before; the run log is written to a temporary folder.
Printed are medians of the rounds' ratios, with their smallest and largest, for CPU time and for
time on the wall. Nothing is asserted: a ratio of one percent is below what a busy machine can tell.
"""

# ruff: noqa: T201 - it prints what it measured

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = 64
"""Per epoch."""
BATCH = 32


def make_model() -> Any:
    """Return a small CNN whose step takes some 5 ms on two cores."""
    import keras

    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def time_fit(epochs: int, data: Any, callbacks: list[Any]) -> tuple[float, float]:
    """Return (CPU seconds, seconds) of a whole `fit`, its tracing included."""
    model = make_model()
    cpu, wall = time.process_time(), time.perf_counter()
    model.fit(*data, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=callbacks)
    return time.process_time() - cpu, time.perf_counter() - wall


def variants(folder: Path) -> dict[str, Callable[[], list[Any]]]:
    """Return what is compared with plain `fit`: callbacks by name, made anew for each round."""
    import keras

    import graphscope

    class Nothing(keras.callbacks.Callback):  # type: ignore[misc]
        """What Keras itself spends on any callback that looks at batches."""

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            """Do nothing."""

    numbers = iter(range(1_000_000))

    def monitor(**options: Any) -> list[Any]:
        place = folder / str(next(numbers))
        return [graphscope.Monitor(place, report=False, **options)]

    return {
        "plain": list,
        "a callback that does nothing": lambda: [Nothing()],
        "metrics alone": lambda: monitor(statistics=False),
        "statistics, budget 2 %": monitor,
    }


def main(epochs: int = 20, rounds: int = 5) -> None:
    """Print the ratios."""
    import numpy as np

    random = np.random.default_rng(0)
    x = random.normal(size=(STEPS * BATCH, 28, 28, 1)).astype("float32")
    data = x, random.integers(0, 10, len(x))
    with tempfile.TemporaryDirectory(prefix="graphscope-bench-") as folder:
        made = variants(Path(folder))
        for make in made.values():
            time_fit(1, data, make())
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in made}
        for number in range(rounds):
            names = list(made)
            for name in names[number % len(names) :] + names[: number % len(names)]:
                times[name].append(time_fit(epochs, data, made[name]()))
    step = statistics.median(wall for _, wall in times["plain"]) / (epochs * STEPS)
    print(f"{epochs * STEPS} steps of {step * 1e3:.2f} ms, {rounds} rounds")
    for name, found in times.items():
        if name != "plain":
            print(f"{name:30}", *(_ratio(found, times["plain"], kind) for kind in (0, 1)))


def _ratio(found: list[tuple[float, float]], plain: list[tuple[float, float]], kind: int) -> str:
    ratios = [one[kind] / other[kind] for one, other in zip(found, plain, strict=True)]
    what = ("CPU", "wall")[kind]
    return f"{what} x{statistics.median(ratios):.3f} ({min(ratios):.3f}-{max(ratios):.3f})"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
