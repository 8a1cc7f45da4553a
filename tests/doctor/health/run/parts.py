"""What the trainings here are made of: bundled and made-up data, and small models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Work:
    """A compiled model with what it is trained on."""

    model: Any
    x: Any
    y: Any = None
    fit: dict[str, Any] = field(default_factory=dict)


Maker = Callable[[], Work]


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return pictures of digits, shape (1797, 64), scaled to [0, 1], and their classes."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    return (x[order] / 16.0).astype("float32"), y[order].astype("int32")


def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """Return standardised features, shape (442, 10), and a target of 25 to 346."""
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True)
    return (x / x.std(0)).astype("float32"), y.astype("float32")[:, None]


def cancer() -> tuple[np.ndarray, np.ndarray]:
    """Return standardised features, shape (569, 30), and two classes."""
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    return ((x - x.mean(0)) / x.std(0)).astype("float32"), y.astype("float32")[:, None]


def waves() -> tuple[np.ndarray, np.ndarray]:
    """Return sine waves, shape (512, 24, 1), and their next values."""
    phase = np.random.default_rng(0).uniform(0, 6.28, (512, 1))
    time = np.arange(25) * 0.3
    wave = np.sin(phase + time).astype("float32")
    return wave[:, :24, None], wave[:, 24:]


def mlp(*layers: Any, inputs: int = 64) -> Any:
    """Return a sequential model over vectors."""
    import keras

    return keras.Sequential([keras.Input((inputs,)), *layers])


def classifier(model: Any, optimizer: Any = "adam", **options: Any) -> Any:
    """Compile a model for whole class numbers."""
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], **options)
    return model
