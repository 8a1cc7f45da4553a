"""Models and data that trainings are watched with, the same on every backend."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Make = Callable[[], Any]


def _data() -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    return random.normal(size=(96, 8)).astype("float32"), random.integers(0, 3, 96)


@pytest.fixture
def data() -> tuple[Any, Any]:
    """96 samples of 8 numbers, in 3 classes."""
    return _data()


def sequential(**compiled: Any) -> Any:
    """A small classifier with dropout, which draws random numbers in each step."""
    import keras

    keras.utils.set_random_seed(7)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((8,)),
            layers.Dense(16, activation="relu", name="hidden"),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.3, name="drop"),
            layers.Dense(3, activation="softmax", name="head"),
        ],
        name="small",
    )
    compiled = {"optimizer": "adam", "metrics": ["accuracy"]} | compiled
    model.compile(loss="sparse_categorical_crossentropy", **compiled)
    return model


def functional(**compiled: Any) -> Any:
    """Two outputs, one input."""
    import keras

    keras.utils.set_random_seed(7)
    inputs = keras.Input((8,), name="numbers")
    hidden = keras.layers.Dense(16, activation="tanh", name="hidden")(inputs)
    first = keras.layers.Dense(3, activation="softmax", name="kind")(hidden)
    second = keras.layers.Dense(1, name="size")(hidden)
    model = keras.Model(inputs, {"kind": first, "size": second}, name="double")
    compiled = {"optimizer": keras.optimizers.SGD(0.05, momentum=0.9)} | compiled
    model.compile(loss={"kind": "sparse_categorical_crossentropy", "size": "mse"}, **compiled)
    return model


def fingerprint(model: Any) -> str:
    """Return a hash over every number that a training changes, those of random layers included."""
    found = hashlib.sha256()
    for variable in [*model.variables, *model.optimizer.variables]:
        found.update(_array(variable.value).tobytes())
    return found.hexdigest()


def _array(value: Any) -> Any:
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    return value.numpy() if hasattr(value, "numpy") else np.asarray(value)
