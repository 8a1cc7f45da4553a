"""What mutations are made of: small files of the hostile collection, and parts of them."""

from __future__ import annotations

import base64
import io
import json
import marshal
import os
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from graphscope.graph import to_json
from tests.fuzz import values
from tests.hostile.collection import make_collection, models, protobuf
from tests.hostile.collection.checkpoint import make_index
from tests.hostile.collection.logs import scalar
from tests.hostile.collection.tensorflow import GRAPH
from tests.hostile.rows import Row
from tests.support.graphs import graph

_MOST_BYTES = 100_000
"""Of a seed; larger ones make slow mutations."""

GRAPH_TEXT = rb"""
node { name: "x" op: "Placeholder" attr { key: "shape" value { shape { dim { size: -1 } } } } }
node { name: "c" op: "Const" attr { key: "value" value { tensor {
  dtype: DT_FLOAT tensor_shape { dim: [{ size: 2 }] }
  tensor_content: "\000\000\200?" "\x00\000@@" } } } }
node { name: "y" op: "AddV2" input: ["x", "c"] attr { key: "T" value { type: DT_FLOAT } } }  # sum
library { function { signature { name: "f" } ret { key: "a" value: "b" } } }
"""


class Seeds:
    """Takes the collection apart, kind by kind."""

    @cached_property
    def _rows(self) -> list[tuple[Row, bytes]]:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            made = make_collection(Path(folder, "made"), is_big=False, with_keras=False)
            return [(row, data) for row in made for data in _read_small(row)]

    def of(self, name: str) -> list[bytes]:
        """Return the seeds of a kind, always in the same order."""
        if name not in self._made:
            self._made[name] = list(getattr(self, f"_{name}")())
        return self._made[name]

    @cached_property
    def _made(self) -> dict[str, list[bytes]]:
        return {}

    def _of_format(self, form: str) -> Iterator[bytes]:
        return (data for row, data in self._rows if row.format == form)

    def _keras(self) -> Iterator[bytes]:
        return self._of_format("keras")

    def _h5(self) -> Iterator[bytes]:
        return self._of_format("h5")

    def _config(self) -> Iterator[bytes]:
        for data in self._of_format("keras"):
            yield from _read_entry(data, "config.json")

    def _weights(self) -> Iterator[bytes]:
        yield models.WEIGHTS
        yield from self._of_format("weights.h5")

    def _short(self) -> Iterator[bytes]:
        return (data for row, data in self._rows if row.kind == "graph json")

    def _graph(self) -> Iterator[bytes]:
        for text in ("x=Input[B,4] -> dense:Dense(kernel[4,8])[B,8] -> relu", "x -> a/b:Dense"):
            yield to_json(graph(text)).encode()

    def _bytecode(self) -> Iterator[bytes]:
        for source in ("lambda x: x * 2 + 1", "lambda x, *a, k=(1, 'b'), **d: [y for y in x if a]"):
            yield marshal.dumps(eval(source).__code__)
        for data in self._of_format("json"):
            yield from _find_bytecode(data)

    def _graphdef(self) -> Iterator[bytes]:
        yield GRAPH
        yield from self._of_format("pb")

    def _graphtext(self) -> Iterator[bytes]:
        yield GRAPH_TEXT
        yield b"saved_model_schema_version: 1 meta_graphs { graph_def { " + GRAPH_TEXT + b"} }"

    def _savedmodel(self) -> Iterator[bytes]:
        yield protobuf.saved_model(GRAPH)
        yield from self._of_format("savedmodel")

    def _index(self) -> Iterator[bytes]:
        shape = protobuf.number(1, 1) + protobuf.data(2, protobuf.shape(4, 3))
        yield make_index([(b"", b"\x08\x01"), (b"w/.ATTRIBUTES/VARIABLE_VALUE", shape)])

    def _metadata(self) -> Iterator[bytes]:
        return values.metadata_seeds()

    def _described(self) -> Iterator[bytes]:
        return values.description_seeds()

    def _constants(self) -> Iterator[bytes]:
        return values.constant_seeds()

    def _places(self) -> Iterator[bytes]:
        return values.index_seeds()

    def _events(self) -> Iterator[bytes]:
        return self._of_format("tfevents")

    def _event(self) -> Iterator[bytes]:
        head = protobuf.double(1, 1.5) + protobuf.number(2, 1)
        yield head + protobuf.data(4, GRAPH)
        yield scalar("loss", 1, 0.5)
        meta = protobuf.data(2, GRAPH)
        yield head + protobuf.data(9, meta)
        yield head + protobuf.data(8, protobuf.data(1, "step1") + protobuf.data(2, b"\x0a\x00"))

    def _log(self) -> Iterator[bytes]:
        return self._of_format("jsonl")

    def _scalars(self) -> Iterator[bytes]:
        return (data for row, data in self._rows if row.id.startswith("scalars_"))


def _read_small(row: Row) -> Iterator[bytes]:
    """Return the bytes of a file, or of a folder's saved_model.pb, unless they are many or none."""
    path = Path(os.fsdecode(row.path))
    if row.format == "savedmodel":
        path /= "saved_model.pb"
    if path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= _MOST_BYTES:
        yield path.read_bytes()


def _read_entry(data: bytes, name: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo(name).file_size <= _MOST_BYTES:
                yield archive.read(name)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, ValueError):
        return  # of a damaged file


def _find_bytecode(data: bytes) -> Iterator[bytes]:
    try:
        waiting: list[Any] = [json.loads(data)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            code = value.get("code")
            if isinstance(code, str):
                yield base64.b64decode(code)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
