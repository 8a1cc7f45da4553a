"""HDF5 files as Keras 1 to 3 write them, without Keras."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Weights = Mapping[str, Mapping[str, Sequence[int]]]
"""Shapes by the name of the weight, by the name of the layer."""


def write_model(
    path: Path,
    document: Any,
    weights: Weights | None = None,
    *,
    version: str | None = "2.15.0",
    training: Any = None,
    chunk: int = 1_000,
) -> Path:
    """Write a whole model and return its path; what is None is left out.

    Args:
        path: where to.
        document: the config: a text, bytes, or what becomes JSON.
        weights: of each layer.
        version: of the Keras that is said to have written it.
        training: how the model was compiled.
        chunk: how many names of layers one attribute lists.
    """
    with h5py.File(path, "w") as file:
        if version is not None:
            file.attrs["keras_version"] = version.encode()
        if document is not None:
            file.attrs["model_config"] = _text(document)
        if training is not None:
            file.attrs["training_config"] = _text(training)
        if weights is not None:
            _add_layers(file.create_group("model_weights"), weights, chunk=chunk)
    return path


def write_weights(path: Path, weights: Weights) -> Path:
    """Write what `model.save_weights` of Keras 1 and 2 does, and return the path."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = b"2.15.0"
        _add_layers(file, weights)
    return path


def _add_layers(group: h5py.Group, weights: Weights, *, chunk: int = 1_000) -> None:
    """Add a group for each layer, and list them."""
    _list(group, "layer_names", list(weights), chunk)
    for layer, shapes in weights.items():
        inner = group.require_group(layer)
        _list(inner, "weight_names", list(shapes), chunk)
        for name, shape in shapes.items():
            inner.create_dataset(name, data=np.zeros(shape, "float32"))


def _list(group: h5py.Group, name: str, values: list[str], chunk: int) -> None:
    encoded = [value.encode() for value in values]
    if len(encoded) <= chunk:
        group.attrs[name] = encoded
        return
    for number, start in enumerate(range(0, len(encoded), chunk)):
        group.attrs[f"{name}{number}"] = encoded[start : start + chunk]


def _text(value: Any) -> str | bytes:
    return value if isinstance(value, (str, bytes)) else json.dumps(value)
