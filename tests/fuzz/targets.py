"""What is fuzzed: each reader, the bytes it is given, and where they are placed in a file."""

from __future__ import annotations

import base64
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import h5py

from graphscope import plugins
from tests.fuzz import values
from tests.fuzz.mutations import Mutation, mutate_bytes, mutate_json
from tests.fuzz.seeds import Seeds
from tests.hostile.collection.models import META, WEIGHTS, legacy_file
from tests.hostile.collection.protobuf import saved_model
from tests.hostile.collection.records import record
from tests.hostile.collection.tensorflow import GRAPH


@dataclass(frozen=True)
class Target:
    """A reader to be fuzzed.

    Attributes:
        read: is given the mutated bytes and a folder to put a file into; raises what the reader
            raises.
        seeds: names of what is mutated, see `Seeds`.
        mutate: makes a mutation.
        may_crash: whether a library in C may end the process, which the product reads apart for.
    """

    read: Callable[[bytes, Path], object]
    seeds: str
    mutate: Mutation
    may_crash: bool = False

    def make(self, seeds: Seeds, number: int) -> bytes:
        """Return a mutation; the same number gives the same."""
        random = Random(number)
        return self.mutate(random.choice(seeds.of(self.seeds)), random)


def _read_file(reader: str, suffix: str, wrap: Callable[[bytes], bytes] | None = None) -> _Read:
    def read(data: bytes, folder: Path) -> None:
        path = folder / f"fuzzed{suffix}"
        path.write_bytes(wrap(data) if wrap else data)
        use(reader, path)

    return read


_Read = Callable[[bytes, Path], object]


def use(reader: str, path: Path) -> None:
    """Read a graph, send it as the child does, and count what is in it."""
    from graphscope.analysis import take_inventory
    from graphscope.graph import from_json, to_json

    graph = plugins.find("readers", reader)(path)
    take_inventory(from_json(to_json(graph)), 1, {})


def _zip_config(data: bytes) -> bytes:
    return _zip({"metadata.json": META.encode(), "config.json": data, "model.weights.h5": WEIGHTS})


def _zip_weights(data: bytes) -> bytes:
    return _zip({"metadata.json": META.encode(), "config.json": _CONFIG, "model.weights.h5": data})


def _zip(entries: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


@cache
def _empty_legacy_file() -> bytes:
    return legacy_file(None)


def _legacy_with_config(data: bytes) -> bytes:
    stream = io.BytesIO(_empty_legacy_file())
    with h5py.File(stream, "r+") as file:
        if len(data) < 60_000:  # longer attributes would need another layout
            file.attrs["model_config"] = data.replace(b"\0", b" ") or b" "
    return stream.getvalue()


def _read_saved_model(data: bytes, folder: Path) -> None:
    (folder / "saved_model.pb").write_bytes(data)
    use("savedmodel", folder)


def _read_index(data: bytes, folder: Path) -> None:
    (folder / "variables").mkdir(exist_ok=True)
    (folder / "variables" / "variables.index").write_bytes(data)
    _read_saved_model(saved_model(GRAPH), folder)


def _read_bytecode(data: bytes, folder: Path) -> None:
    from graphscope.readers.code.bytecode import looks_like_bytecode, show_bytecode

    text = base64.b64encode(data).decode()
    looks_like_bytecode(text)
    show_bytecode(text)


def _read_wire(data: bytes, folder: Path) -> None:
    from graphscope.formats.wire import MalformedError, entries, numbers, split

    try:
        fields = split(memoryview(data))
        for field in list(fields)[:50]:
            numbers(fields, field)
            list(entries(fields, field))
    except MalformedError:  # what readers turn into an error for users
        pass


def _read_log(suffix: str) -> _Read:
    def read(data: bytes, folder: Path) -> None:
        from graphscope.session.run_logs import find_log, read_log

        path = folder / f"fuzzed{suffix}"
        path.write_bytes(data)
        log = find_log(str(path))
        if log is not None:
            read_log(log)

    return read


def _frame(data: bytes) -> bytes:
    return record(b"\x09\0\0\0\0\0\0\xf8\x3f\x1a\x0dbrain.Event:2") + record(data)


_CONFIG = json.dumps({"class_name": "Sequential", "config": {"name": "m", "layers": []}}).encode()

TARGETS: dict[str, Target] = {
    "keras": Target(_read_file("keras", ".keras"), "keras", mutate_bytes, may_crash=True),
    "keras-config": Target(
        _read_file("keras", ".keras", _zip_config), "config", mutate_json, may_crash=True
    ),
    "keras-weights": Target(
        _read_file("keras", ".keras", _zip_weights), "weights", mutate_bytes, may_crash=True
    ),
    "h5": Target(_read_file("h5", ".h5"), "h5", mutate_bytes, may_crash=True),
    "h5-config": Target(
        _read_file("h5", ".h5", _legacy_with_config), "config", mutate_json, may_crash=True
    ),
    "json-config": Target(_read_file("json", ".json"), "config", mutate_json),
    "json-graph": Target(_read_file("json", ".json"), "graph", mutate_json),
    "json-short": Target(_read_file("json", ".json"), "short", mutate_json),
    "bytecode": Target(_read_bytecode, "bytecode", mutate_bytes),
    "wire": Target(_read_wire, "graphdef", mutate_bytes),
    "graphdef": Target(_read_file("pb", ".pb"), "graphdef", mutate_bytes),
    "graphtext": Target(_read_file("pbtxt", ".pbtxt"), "graphtext", mutate_bytes),
    "savedmodel": Target(_read_saved_model, "savedmodel", mutate_bytes),
    "index": Target(_read_index, "index", mutate_bytes),
    "keras-metadata": Target(values.read_metadata, "metadata", mutate_bytes),
    "keras-described": Target(values.read_described_layer, "described", mutate_json),
    "keras-values": Target(
        values.sum_up_file("keras", ".keras", values.zip_weights),
        "weights",
        mutate_bytes,
        may_crash=True,
    ),
    "h5-values": Target(values.sum_up_file("h5", ".h5"), "h5", mutate_bytes, may_crash=True),
    "pb-values": Target(values.sum_up_file("pb", ".pb"), "constants", mutate_bytes),
    "index-values": Target(values.sum_up_saved_model, "places", mutate_bytes),
    "events": Target(_read_file("tfevents", ".tfevents"), "events", mutate_bytes),
    "events-body": Target(_read_file("tfevents", ".tfevents", _frame), "event", mutate_bytes),
    "log": Target(_read_log(".jsonl"), "log", mutate_bytes),
    "log-events": Target(_read_log(".tfevents"), "scalars", mutate_bytes),
}


def try_one(name: str, data: bytes) -> None:
    """Give data to a target in a folder of its own; raises what leaves the reader."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        TARGETS[name].read(data, Path(folder))
