"""Protocol buffers by hand: enough of them to write the graphs of TensorFlow, right or wrong.

Field numbers are those of tensorflow/core/framework and tensorflow/core/protobuf.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

FLOAT, STRING = 1, 7
"""Of the enumeration DataType."""


def varint(value: int) -> bytes:
    """Return a number in groups of seven bits."""
    value &= (1 << 64) - 1
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


def number(field: int, value: int) -> bytes:
    """Return a field that holds a number."""
    return varint(field << 3) + varint(value)


def double(field: int, value: float) -> bytes:
    """Return a field that holds a double."""
    return varint(field << 3 | 1) + struct.pack("<d", value)


def data(field: int, value: bytes | str) -> bytes:
    """Return a field that holds bytes, a text or a message."""
    value = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def pair(field: int, key: str, value: bytes) -> bytes:
    """Return one entry of a map."""
    return data(field, data(1, key) + data(2, value))


def shape(*sizes: int) -> bytes:
    """Return a TensorShapeProto; -1 is unknown."""
    return b"".join(data(2, number(1, size)) for size in sizes)


def node(
    name: str,
    operation: str,
    inputs: Iterable[str] = (),
    attributes: dict[str, bytes] | None = None,
) -> bytes:
    """Return a NodeDef; attributes are AttrValues."""
    taken = b"".join(data(3, each) for each in inputs)
    given = b"".join(pair(5, key, value) for key, value in (attributes or {}).items())
    return data(1, name) + data(2, operation) + taken + given


def type_of(kind: int = FLOAT) -> bytes:
    """Return an AttrValue that is a type."""
    return number(6, kind)


def function_of(name: str) -> bytes:
    """Return an AttrValue that is a function."""
    return data(10, data(1, name))


def tensor(*sizes: int, kind: int = FLOAT, content: bytes = b"") -> bytes:
    """Return an AttrValue that is a tensor."""
    return data(8, number(1, kind) + data(2, shape(*sizes)) + content)


def function(name: str, nodes: Iterable[bytes], *, takes: str = "", gives: str = "") -> bytes:
    """Return a FunctionDef with at most one argument and result."""
    signature = data(1, name)
    if takes:
        signature += data(2, data(1, takes) + number(3, FLOAT))
    result = b""
    if gives:
        signature += data(3, data(1, "result") + number(3, FLOAT))
        result = data(4, data(1, "result") + data(2, gives))
    return data(1, signature) + b"".join(data(3, each) for each in nodes) + result


def graph_def(nodes: Iterable[bytes], functions: Iterable[bytes] = ()) -> bytes:
    """Return a GraphDef."""
    library = b"".join(data(1, each) for each in functions)
    return b"".join(data(1, each) for each in nodes) + data(2, library) + data(4, number(1, 2000))


def saved_model(graph: bytes, more: bytes = b"", *, tag: str = "serve") -> bytes:
    """Return a SavedModel of one MetaGraphDef with the signature x -> y."""
    signature = (
        pair(1, "x", _tensor_info("x:0"))
        + pair(2, "y", _tensor_info("y:0"))
        + data(3, "tensorflow/serving/predict")
    )
    meta = data(1, data(4, tag)) + data(2, graph) + pair(5, "serving_default", signature) + more
    return number(1, 1) + data(2, meta)


def _tensor_info(name: str) -> bytes:
    return data(1, name) + number(2, FLOAT) + data(3, shape(-1, 4))
