"""Writes TensorFlow's graphs and SavedModels for tests, without TensorFlow.

node("y", "Relu", "x", T=FLOAT)
graph(node(...), node(...), functions=[function("f", ...)])
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FLOAT, INT32, STRING, INT64, BOOL, RESOURCE = 1, 3, 7, 9, 10, 20
"""Numbers of dtypes."""


@dataclass(frozen=True)
class Shape:
    """A shape; None for an open size, and for the whole where not even the rank is known."""

    sizes: Sequence[int | None] | None


@dataclass(frozen=True)
class Type:
    """A dtype."""

    number: int


@dataclass(frozen=True)
class Function:
    """The name of a function."""

    name: str


@dataclass(frozen=True)
class Tensor:
    """A constant: its dtype, its shape, and a field of values or raw bytes."""

    dtype: int
    sizes: Sequence[int]
    values: bytes = b""


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def data(field: int, value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def mapping(field: int, entries: Mapping[str, bytes | str]) -> bytes:
    return b"".join(data(field, data(1, key) + data(2, value)) for key, value in entries.items())


def shape(sizes: Sequence[int | None] | None) -> bytes:
    if sizes is None:
        return number(3, 1)
    return b"".join(data(2, number(1, -1 if size is None else size)) for size in sizes)


def floats(values: Iterable[float]) -> bytes:
    """Values of a float constant, one field for all."""
    packed = b"".join(struct.pack("<f", value) for value in values)
    return data(5, packed)


def ints(values: Iterable[int]) -> bytes:
    """Values of an int32 constant, one field for each."""
    return b"".join(number(7, value) for value in values)


def attribute(value: object) -> bytes:  # noqa: PLR0911 - one line for each kind
    match value:
        case bool():
            return number(5, value)
        case int():
            return number(3, value)
        case float():
            return varint(4 << 3 | 5) + struct.pack("<f", value)
        case str() | bytes():
            return data(2, value)
        case Type():
            return number(6, value.number)
        case Shape():
            return data(7, shape(value.sizes))
        case Tensor():
            return data(8, number(1, value.dtype) + data(2, shape(value.sizes)) + value.values)
        case Function():
            return data(10, data(1, value.name))
        case list():
            return data(1, b"".join(map(_item, value)))
        case _:
            raise TypeError(value)


def _item(value: object) -> bytes:
    if isinstance(value, Function):
        return data(9, data(1, value.name))
    return attribute(value)


def node(name: str, op: str, *inputs: str, **attributes: object) -> bytes:
    """A NodeDef. The dtype of most operations is the attribute T."""
    encoded = {key: attribute(value) for key, value in attributes.items()}
    parts = b"".join(data(3, each) for each in inputs)
    return data(1, name) + data(2, op) + parts + mapping(5, encoded)


def placeholder(name: str, *sizes: int | None, dtype: int = FLOAT) -> bytes:
    return node(name, "Placeholder", dtype=Type(dtype), shape=Shape(sizes))


def constant(name: str, dtype: int, sizes: Sequence[int], values: bytes = b"") -> bytes:
    return node(name, "Const", dtype=Type(dtype), value=Tensor(dtype, sizes, values))


def variable(name: str, *sizes: int) -> bytes:
    return node(name, "VarHandleOp", dtype=Type(FLOAT), shape=Shape(sizes), shared_name=name)


def read(name: str, handle: str) -> bytes:
    return node(name, "ReadVariableOp", handle, dtype=Type(FLOAT))


def function(
    name: str,
    arguments: Mapping[str, int],
    returns: Mapping[str, str],
    nodes: Iterable[bytes],
) -> bytes:
    """A FunctionDef: dtypes of its arguments by name, references of its results by name."""
    signature = data(1, name)
    signature += b"".join(data(2, data(1, key) + number(3, of)) for key, of in arguments.items())
    signature += b"".join(data(3, data(1, key) + number(3, FLOAT)) for key in returns)
    body = b"".join(data(3, each) for each in nodes)
    return data(1, signature) + body + mapping(4, returns)


def graph(*nodes: bytes, functions: Iterable[bytes] = ()) -> bytes:
    """A GraphDef."""
    library = b"".join(data(1, each) for each in functions)
    return b"".join(data(1, each) for each in nodes) + (data(2, library) if library else b"")


def signature(inputs: Mapping[str, str], outputs: Mapping[str, str]) -> bytes:
    """A SignatureDef: references to tensors by the names of inputs and outputs."""

    def infos(tensors: Mapping[str, str]) -> dict[str, bytes]:
        return {key: data(1, reference) for key, reference in tensors.items()}

    return mapping(1, infos(inputs)) + mapping(2, infos(outputs))  # type: ignore[arg-type]


def meta_graph(
    graph_def: bytes,
    signatures: Mapping[str, bytes],
    *,
    tags: Iterable[str] = ("serve",),
    objects: bytes = b"",
) -> bytes:
    info = b"".join(data(4, tag) for tag in tags)
    return (
        data(1, info)
        + data(2, graph_def)
        + mapping(5, signatures)
        + (data(7, objects) if objects else b"")
    )


def saved_model(*graphs: bytes) -> bytes:
    return number(1, 1) + b"".join(data(2, each) for each in graphs)


def write_saved_model(folder: Path, *graphs: bytes) -> Path:
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(saved_model(*graphs))
    return folder


def make_index(entries: dict[str, bytes]) -> bytes:
    """A table of one block, as TensorFlow writes the index of a checkpoint."""
    block, before = b"", b""
    for key, value in sorted(entries.items()):
        name = key.encode()
        shared = 0
        while shared < min(len(name), len(before)) and name[shared] == before[shared]:
            shared += 1
        block += varint(shared) + varint(len(name) - shared) + varint(len(value))
        block += name[shared:] + value
        before = name
    restarts = struct.pack("<II", 0, 1)
    block += restarts
    index_offset = len(block) + 5
    handle = varint(0) + varint(len(block))
    index = varint(0) + varint(1) + varint(len(handle)) + b"z" + handle + restarts
    footer = varint(0) + varint(0) + varint(index_offset) + varint(len(index))
    footer = footer.ljust(40, b"\x00") + struct.pack("<Q", 0xDB4775248B80FB57)
    return block + b"\x00crc." + index + b"\x00crc." + footer


def write_index(folder: Path, entries: dict[str, bytes]) -> None:
    """Write the index of the weights of a SavedModel."""
    (folder / "variables").mkdir()
    (folder / "variables" / "variables.index").write_bytes(make_index(entries))
