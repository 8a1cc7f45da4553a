"""Targets beside the graph: what Keras 2 kept of its layers, and the numbers in weights."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from graphscope import plugins
from graphscope.analysis import take_inventory
from graphscope.graph import Graph, from_json, to_json
from graphscope.session.reading.tasks import prepare_weights
from tests.hostile.collection.models import CONFIG, META
from tests.support.tensorflow_files import (
    FLOAT,
    Tensor,
    Type,
    data,
    graph,
    node,
    placeholder,
)
from tests.unit.readers.tensorflow import test_keras_metadata as described
from tests.unit.readers.tensorflow import test_weight_values as stored

Read = Callable[[bytes, Path], object]

_LIMIT = 1 << 20
"""Bytes of a weight that are looked at."""
_MOST = 20
"""Weights of a file; a mutation may leave thousands."""


_KERNEL = "dense/MatMul/ReadVariableOp"


# What Keras 2 kept -------------------------------------------------------------------------


def read_metadata(content: bytes, folder: Path) -> Graph:
    """Read a SavedModel with these bytes as its `keras_metadata.pb`."""
    read = described.write(folder, raw=content)
    take_inventory(from_json(to_json(read)), 1, {})
    return read


def read_described_layer(text: bytes, folder: Path) -> Graph:
    """Read a SavedModel whose outermost layer is described by this text."""
    found = data(3, "root") + data(4, "_tf_keras_layer") + data(5, text)
    inside = _describe("root.first") + _describe("root.first.inner")
    return read_metadata(data(1, found) + inside, folder)


def metadata_seeds() -> Iterator[bytes]:
    """Yield sound files."""
    yield b"".join(map(_describe, described.LAYERS))
    yield _describe("root.first") + _describe("root.twice")


def description_seeds() -> Iterator[bytes]:
    """Yield sound descriptions of layers."""
    inner = {"class_name": "Functional", "config": {"name": "net", "layers": [*_layers()]}}
    yield json.dumps(inner).encode()
    for each in _layers():
        yield json.dumps(each).encode()


def _layers() -> Iterator[dict[str, Any]]:
    yield from described.LAYERS.values()


def _describe(path: str) -> bytes:
    text = json.dumps(described.LAYERS[path])
    return described.keras_object(described.NUMBERS[path], path, text, "_tf_keras_layer")


# Numbers -----------------------------------------------------------------------------------


def sum_up(reader: str, path: Path) -> bytes:
    """Read a graph and sum up the numbers in its weights, as the child does; return its answer."""
    read = plugins.find("readers", reader)
    weights = [weight.id for weight in read(path).weights[:_MOST]]
    module = __import__(read.__module__, fromlist=["weight_parts"])
    return prepare_weights(module, "", {"weights": weights, "limit": _LIMIT})(path)[1]


def sum_up_file(reader: str, suffix: str, wrap: Callable[[bytes], bytes] = bytes) -> Read:
    """Return what sums up the weights of a file that the bytes are put into."""

    def read(content: bytes, folder: Path) -> bytes:
        path = folder / f"fuzzed{suffix}"
        path.write_bytes(wrap(content))
        return sum_up(reader, path)

    return read


def zip_weights(content: bytes) -> bytes:
    """Return an archive of a model of two layers, with these bytes as its weights."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, each in (("metadata.json", META), ("config.json", CONFIG)):
            archive.writestr(name, each)
        archive.writestr("model.weights.h5", content)
    return stream.getvalue()


def sum_up_saved_model(index: bytes, folder: Path) -> bytes:
    """Sum up the weights of a SavedModel with these bytes as its `variables.index`."""
    path = stored.saved(folder, {stored.KEY: stored.entry(4, 2)})
    (path / "variables" / "variables.index").write_bytes(index)
    return sum_up("savedmodel", path)


def index_seeds() -> Iterator[bytes]:
    """Yield sound tables of where the numbers lie."""
    from tests.support.tensorflow_files import make_index

    yield make_index({stored.KEY: stored.entry(4, 2)})
    yield make_index({"": data(2, b""), stored.KEY: stored.entry(4, 2, offset=4, size=28)})


def constant_seeds() -> Iterator[bytes]:
    """Yield frozen graphs whose kernel is a constant."""
    for content in (data(4, bytes(32)), stored.floats([1, 2]), stored.words(0x3C00, 0x4000)):
        for dtype in (FLOAT, stored.HALF, stored.BFLOAT):
            kernel = node(_KERNEL, "Const", dtype=Type(dtype), value=Tensor(dtype, (4, 2), content))
            product = node("dense/MatMul", "MatMul", "x", _KERNEL, T=Type(dtype))
            yield graph(placeholder("x", None, 4, dtype=dtype), kernel, product)
