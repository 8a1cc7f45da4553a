"""The index of stored weights: names, shapes and dtypes, and where the numbers lie.

`variables.index` is a table of sorted keys in blocks, as LevelDB writes them; its values are
protocol buffers. Blocks are neither compressed nor checked here: what is damaged shows in what
they hold.

Source: tensorflow/core/util/tensor_bundle, tensorflow/core/lib/io/table_format.txt
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.formats import wire
from graphscope.readers.tensorflow.attributes import read_shape
from graphscope.readers.tensorflow.dtypes import dtype_name
from graphscope.readers.tensorflow.schema import BundleField, BundleHeaderField

_FOOTER = 48
_MAGIC = 0xDB4775248B80FB57
_UNCOMPRESSED = 0
MAX_KEY = 65_536


@dataclass(frozen=True, slots=True)
class WeightIndex:
    """What an index says.

    Attributes:
        tensors: by their keys.
        shards: number of the data files that hold them.
        is_big_endian: whether numbers begin with their highest byte.
    """

    tensors: dict[str, StoredTensor]
    shards: int = 1
    is_big_endian: bool = False


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor of a checkpoint.

    Attributes:
        shape: None when it is open.
        dtype: its dtype.
        shard: number of the data file.
        offset: where its numbers begin there, in bytes.
        size: how many bytes they take.
    """

    shape: tuple[int, ...] | None
    dtype: str
    shard: int
    offset: int
    size: int


def read_index(data: memoryview) -> WeightIndex:
    """Return what the index of a checkpoint says.

    Raises:
        MalformedError: when the bytes are no such index.
    """
    if len(data) < _FOOTER or struct.unpack_from("<Q", data, len(data) - 8)[0] != _MAGIC:
        raise wire.MalformedError("it does not end as an index of weights does")
    footer = data[len(data) - _FOOTER :]
    _, position = _read_handle(footer, 0)
    index, _ = _read_handle(footer, position)
    found: dict[str, StoredTensor] = {}
    header: wire.Fields = {}
    before = -1
    for _, handle in _read_block(data, *index):
        block, _ = _read_handle(handle, 0)
        # Blocks lie one behind the other: an index that names one again would never end.
        if block[0] <= before:
            raise wire.MalformedError("its blocks are not in order")
        before = block[0]
        for key, value in _read_block(data, *block):
            if key:
                found[key.decode("utf-8", "replace")] = _read_entry(value)
            else:
                header = wire.split(value)
    return WeightIndex(
        found,
        wire.number(header, BundleHeaderField.SHARDS) or 1,
        bool(wire.number(header, BundleHeaderField.ENDIANNESS)),
    )


def _read_handle(data: memoryview, position: int) -> tuple[tuple[int, int], int]:
    """Return offset and size of a block, and where the handle ends."""
    offset, position = wire.read_varint(data, position)
    size, position = wire.read_varint(data, position)
    return (offset, size), position


def _read_block(data: memoryview, offset: int, size: int) -> Iterator[tuple[bytes, memoryview]]:
    """Yield keys and values; each key tells how much of the one before it begins with."""
    end = offset + size
    if end + 1 > len(data) or size < 4:
        raise wire.MalformedError("a block lies outside the file")
    if data[end] != _UNCOMPRESSED:
        raise wire.MalformedError("a block is compressed")
    restarts = struct.unpack_from("<I", data, end - 4)[0]
    end -= 4 * (restarts + 1)
    position, key = offset, b""
    while position < end:
        shared, position = wire.read_varint(data, position)
        added, position = wire.read_varint(data, position)
        length, position = wire.read_varint(data, position)
        if shared > len(key) or added > MAX_KEY or position + added + length > end:
            raise wire.MalformedError("an entry is longer than its block")
        key = key[:shared] + bytes(data[position : position + added])
        position += added
        yield key, data[position : position + length]
        position += length


def _read_entry(data: memoryview) -> StoredTensor:
    fields = wire.split(data)
    stated = wire.message(fields, BundleField.SHAPE)
    shape = () if stated is None else read_shape(stated)
    known = None if shape is None else tuple(size for size in shape if size is not None)
    return StoredTensor(
        known if shape is not None and known is not None and len(known) == len(shape) else None,
        dtype_name(wire.number(fields, BundleField.DTYPE) or 0),
        wire.number(fields, BundleField.SHARD) or 0,
        wire.number(fields, BundleField.OFFSET) or 0,
        wire.number(fields, BundleField.SIZE) or 0,
    )
