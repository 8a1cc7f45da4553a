"""The sound models that most files of the collection are made of."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from tests.support.archives import (
    METADATA,
    Document,
    functional,
    input_layer,
    layer,
    sequential,
    weights_file,
)


def dense(name: str, source: Any, units: Any = 4, **config: Any) -> Document:
    """Return a dense layer."""
    return layer("Dense", name, source, units=units, **config)


def model(*layers: Document, outputs: Any = "d1", inputs: Any = "inp", **more: Any) -> Document:
    """Return a functional model with an input of four numbers."""
    return functional([input_layer("inp", 4), *layers], inputs=inputs, outputs=outputs, **more)


BASE = sequential(
    input_layer("inp", 4),
    layer("Dense", "d1", units=3, activation="relu"),
    layer("Dense", "d2", units=2),
    name="base",
)
WEIGHTS = weights_file({"layers/dense": [(4, 3), (3,)], "layers/dense_1": [(3, 2), (2,)]})
CONFIG = json.dumps(BASE)
META = json.dumps(METADATA)
ENTRIES: list[tuple[str, bytes | str]] = [
    ("metadata.json", META),
    ("config.json", CONFIG),
    ("model.weights.h5", WEIGHTS),
]


def base_with(old: str, new: str) -> str:
    """Return the config of the base model with a text in it exchanged."""
    assert old in CONFIG
    return CONFIG.replace(old, new)


def base_archive() -> bytes:
    """Return the base model as a `.keras` file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in ENTRIES:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return stream.getvalue()


def legacy_file(document: Any = BASE, change: Callable[[h5py.File], object] | None = None) -> bytes:
    """Return the base model as a legacy `.h5` file.

    Args:
        document: its `model_config`; None for a file of weights alone.
        change: is given the open file at last.
    """
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = "3.15.1", "tensorflow"
        if document is not None:
            file.attrs["model_config"] = json.dumps(document)
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = np.array([b"inp", b"d1", b"d2"])
        weights.create_group("inp").attrs["weight_names"] = np.array([], "S1")
        for name, rows, columns in (("d1", 4, 3), ("d2", 3, 2)):
            group = weights.create_group(name)
            group.attrs["weight_names"] = [f"{name}/kernel", f"{name}/bias"]
            group[f"{name}/kernel"] = np.zeros((rows, columns), "float32")
            group[f"{name}/bias"] = np.zeros(columns, "float32")
        if change is not None:
            change(file)
    return stream.getvalue()
