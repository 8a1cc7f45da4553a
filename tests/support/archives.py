"""Keras archives without Keras: configs in a few words, weights as shapes.

layers = [input_layer("x", 4), layer("Dense", "dense", "x", units=3)]
write_archive(path, functional(layers, inputs="x", outputs="dense"),
              weights={"layers/dense": [(4, 3), (3,)]})
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Document = dict[str, Any]
Tensor = str | tuple[str, int] | tuple[str, int, int]
"""A layer's name, with the call and the output where they are not the first."""

METADATA = {"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}


def tensor(name: Tensor, shape: Sequence[int | None] | None = None, dtype: str = "float32") -> Any:
    """Return a tensor argument as Keras writes it."""
    config: Document = {"keras_history": history(name)}
    if shape is not None:
        config |= {"shape": list(shape), "dtype": dtype}
    return {"class_name": "__keras_tensor__", "config": config}


def history(name: Tensor) -> list[Any]:
    """Return a tensor as `[layer, call, output]`."""
    parts = (name,) if isinstance(name, str) else name
    return [*parts, *[0] * (3 - len(parts))]


def call(*args: Any, **kwargs: Any) -> Document:
    """Return one call; texts and tuples among the arguments are tensors."""
    return {
        "args": [_argument(value) for value in args],
        "kwargs": {key: _argument(value) for key, value in kwargs.items()},
    }


def _argument(value: Any) -> Any:
    if isinstance(value, (str, tuple)):
        return tensor(value)
    if isinstance(value, list):
        return [_argument(item) for item in value]
    return value


def layer(
    class_name: str,
    name: str,
    *calls: Any,
    module: str | None = "keras.layers",
    **config: Any,
) -> Document:
    """Return a layer; each call is the name of a tensor, a list of names, or `call(...)`."""
    made = [made if isinstance(made, dict) else call(made) for made in calls]
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": name, **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": made,
    }


def operation(class_name: str, name: str, *calls: Any, **config: Any) -> Document:
    """Return a Keras operation."""
    return layer(class_name, name, *calls, module="keras.src.ops.numpy", **config)


def input_layer(name: str, *sizes: int | None, dtype: str = "float32") -> Document:
    """Return an input layer; the sizes leave the batch out."""
    return layer("InputLayer", name, batch_shape=[None, *sizes], dtype=dtype)


def functional(
    layers: Sequence[Document],
    *,
    inputs: Any,
    outputs: Any,
    name: str = "model",
    calls: Sequence[Any] = (),
) -> Document:
    """Return a functional model; inputs and outputs are tensors, lists or dictionaries of them."""
    return layer(
        "Functional",
        name,
        *calls,
        module="keras.src.models.functional",
        trainable=True,
        layers=list(layers),
        input_layers=_ends(inputs),
        output_layers=_ends(outputs),
    )


def _ends(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ends(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_ends(item) for item in value]
    return history(value)


def sequential(
    *layers: Document, name: str = "model", calls: Sequence[Any] = (), **config: Any
) -> Document:
    """Return a sequential model."""
    return layer("Sequential", name, *calls, module="keras", layers=list(layers), **config)


def weights_file(groups: Mapping[str, Sequence[tuple[int, ...]]]) -> bytes:
    """Return an HDF5 file with the arrays of each group, in the layout of Keras."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for path, shapes in groups.items():
            group = file.create_group(f"{path}/vars" if path else "vars")
            group.attrs["name"] = path.rsplit("/", 1)[-1]
            for index, shape in enumerate(shapes):
                group[str(index)] = np.zeros(shape, "float32")
    return stream.getvalue()


def write_archive(
    path: Path,
    document: Any,
    *,
    weights: Mapping[str, Sequence[tuple[int, ...]]] | bytes | None = None,
    metadata: Any = METADATA,
    compression: int = zipfile.ZIP_STORED,
) -> Path:
    """Write an archive and return its path; what is None is left out."""
    entries: dict[str, bytes | str] = {}
    if metadata is not None:
        entries["metadata.json"] = _text(metadata)
    if document is not None:
        entries["config.json"] = _text(document)
    if weights is not None:
        entries["model.weights.h5"] = (
            weights if isinstance(weights, bytes) else weights_file(weights)
        )
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def _text(document: Any) -> bytes | str:
    return document if isinstance(document, (bytes, str)) else json.dumps(document)
