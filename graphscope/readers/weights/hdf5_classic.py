"""HDF5 files in the classic layout, read without the HDF5 library.

h5py, which Keras writes weights with, uses the oldest layout that can hold a file: superblock
version 0, groups as symbol tables, object headers of version 1. The library needs 30 µs or more to
open one object of it, seconds in a file of many thousand layers, though all that is wanted of an
array is 20 bytes. What is not laid out as here, or in any way odd, is left to the library:
`UnfamiliarError` says so, and nothing is guessed.

Source: HDF5 File Format Specification, version 3.0, sections II.A, III.A, III.B, III.D and IV.A.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import wraps
from typing import IO, NamedTuple, ParamSpec, TypeVar

from graphscope.readers.files.window import FileWindow
from graphscope.readers.weights.blocks import REACH, Blocks, OutsideError
from graphscope.readers.weights.walk import Link, Links, StoredArray

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_NOWHERE = (1 << 64) - 1

_SUPERBLOCK = struct.Struct("<8s3Bx3BxHHI4Q2Q")
_TREE = struct.Struct("<4sBBHQQ")
_HEAP = struct.Struct("<4sB3xQQQ")
_TABLE = struct.Struct("<4sBxH")
_ENTRY = struct.Struct("<QQI4x16x")
_HEADER = struct.Struct("<BxHIIxxxx")
_MESSAGE = struct.Struct("<HHB3x")
_ADDRESSES = struct.Struct("<QQ")

_MAX_MESSAGES = 256
_MAX_NAME = 4_096
_MAX_CHILDREN = 256
_MAX_ENTRIES = 128
_MAX_RANK = 32
_MAX_PIECE = 64 << 20
"""Of one header or the names of one group: lists of the layers of Keras 1 and 2 are in headers."""

_DATASPACE, _DATATYPE, _LAYOUT, _CONTINUATION, _SYMBOL_TABLE = 0x01, 0x03, 0x08, 0x10, 0x11
_HARMLESS = frozenset({0x00, 0x04, 0x05, 0x0B, 0x0C, 0x0D, 0x0E, 0x12})
"""Messages that say nothing about shape, type and place: fill value, filters, attributes, time."""


class UnfamiliarError(Exception):
    """The file is not laid out in the classic way."""


class _Group(NamedTuple):
    tree: int
    heap: int


_T = TypeVar("_T")
_P = ParamSpec("_P")


def _leaves_to_library(read: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let what ends too early be left to the library as well."""

    @wraps(read)
    def attempt(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return read(*args, **kwargs)
        except (OutsideError, struct.error) as error:
            raise UnfamiliarError from error

    return attempt


class ClassicFile:
    """An open file.

    Args:
        stream: the file; it is read where needed only.

    Raises:
        UnfamiliarError: from every method, when the file must be left to the library.
    """

    def __init__(self, stream: IO[bytes] | FileWindow) -> None:
        self._blocks = Blocks(stream)
        self._shapes: dict[bytes, tuple[int, ...]] = {}
        # Parts of a file do not overlap; where they do, the work might never end.
        self._visited: set[int] = set()
        self._left = self._blocks.size

    @_leaves_to_library
    def root(self) -> _Group:
        """Return the group that holds all others."""
        found = _SUPERBLOCK.unpack_from(*self._blocks.at(0))
        signature, versions, sizes = found[0], found[1:5], found[5:7]
        base, end, driver, root = found[10], found[12], found[13], found[15]
        if signature != _SIGNATURE or any(versions) or sizes != (8, 8):
            raise UnfamiliarError
        if base or driver != _NOWHERE or end > self._blocks.size:
            raise UnfamiliarError
        group = self._open(root)
        if not isinstance(group, _Group):
            raise UnfamiliarError
        return group

    @_leaves_to_library
    def links(self, group: _Group) -> Links:
        """Return what a group leads to, in the order of the names."""
        heap = self._heap(group.heap)
        found: list[Link] = []
        for table in self._tables(group.tree, len(heap)):
            buffer, place = self._blocks.at(table)
            signature, version, count = _TABLE.unpack_from(buffer, place)
            if signature != b"SNOD" or version != 1 or count > _MAX_ENTRIES:
                raise UnfamiliarError
            start = place + _TABLE.size
            entries = buffer[start : start + count * _ENTRY.size]
            if len(entries) < count * _ENTRY.size:
                raise UnfamiliarError
            for name, address, kind in _ENTRY.iter_unpack(entries):
                end = heap.find(b"\0", name, name + _MAX_NAME)
                # Kind 2 is a soft link.
                if kind > 1 or end < 0 or address == _NOWHERE:
                    raise UnfamiliarError
                found.append(Link(heap[name:end], address))
        return Links(found, [])

    @_leaves_to_library
    def open(self, _group: _Group, link: Link) -> _Group | StoredArray | None:
        """Return a group or an array; None for what is neither."""
        return self._open(link.address)

    def _open(self, address: int) -> _Group | StoredArray | None:
        messages = self._messages(address)
        table = messages.get(_SYMBOL_TABLE)
        if table is not None:
            return _Group(*_ADDRESSES.unpack(table))
        shape, dtype = messages.get(_DATASPACE), messages.get(_DATATYPE)
        layout = messages.get(_LAYOUT)
        if shape is None or dtype is None or layout is None:
            return None
        name = _DTYPES.get(dtype)
        # Layouts of version 3 are compact, contiguous or chunked; virtual ones came later.
        if name is None or layout[0] != 3 or layout[1] > 2:
            raise UnfamiliarError
        return StoredArray(self._shape(shape), name)

    def _messages(self, address: int) -> dict[int, bytes]:
        """Return what an object header says, by the kind of message."""
        buffer, place = self._blocks.at(address)
        version, count, _, size = _HEADER.unpack_from(buffer, place)
        if version != 1 or count > _MAX_MESSAGES:
            raise UnfamiliarError
        found: dict[int, bytes] = {}
        further = [(address + _HEADER.size, size)]
        while further:
            buffer, place, end = self._piece(*further.pop())
            while place + 8 <= end:
                kind, length, flags = _MESSAGE.unpack_from(buffer, place)
                place += 8 + length
                count -= 1
                # Flag 2: the message is kept elsewhere, shared by several objects.
                if place > end or flags & 2 or count < 0:
                    raise UnfamiliarError
                if kind in _HARMLESS:
                    continue
                body = buffer[place - length : place]
                if kind == _CONTINUATION:
                    further.append(_ADDRESSES.unpack_from(body))
                elif kind in found or kind not in _TELLING:
                    raise UnfamiliarError
                else:
                    found[kind] = body
        if count:
            raise UnfamiliarError
        return found

    def _piece(self, place: int, size: int) -> tuple[bytes, int, int]:
        """Return bytes of the file: what they lie in, and where they begin and end there."""
        self._left -= size
        if self._left < 0 or size > _MAX_PIECE:
            raise UnfamiliarError
        if size <= REACH:
            buffer, start = self._blocks.at(place)
            if start + size > len(buffer):
                raise UnfamiliarError
            return buffer, start, start + size
        return self._blocks.read(place, size), 0, size

    def _shape(self, message: bytes) -> tuple[int, ...]:
        known = self._shapes.get(message)
        if known is not None:
            return known
        version, rank = message[0], message[1]
        if version not in (1, 2) or rank > _MAX_RANK or (version == 2 and message[3] == 2):
            raise UnfamiliarError
        shape = struct.unpack_from(f"<{rank}Q", message, 8 if version == 1 else 4)
        self._shapes[message] = shape
        return shape

    def _heap(self, address: int) -> bytes:
        """Return the names of a group, one behind the other, each with a zero byte."""
        signature, version, size, free, start = _HEAP.unpack_from(*self._blocks.at(address))
        if signature != b"HEAP" or version:
            raise UnfamiliarError
        # 1 stands for no free space; what is free begins with two numbers.
        if free != 1 and free + 16 > size:
            raise UnfamiliarError
        buffer, place, end = self._piece(start, size)
        return buffer[place:end]

    def _tables(self, root: int, heap_size: int) -> Iterator[int]:
        """Yield where the symbol tables of a group lie."""
        waiting = [(root, True)]
        while waiting:
            place, is_tree = waiting.pop()
            if place in self._visited:
                raise UnfamiliarError
            self._visited.add(place)
            if is_tree:
                waiting += self._branches(place, heap_size)
            else:
                yield place

    def _branches(self, tree: int, heap_size: int) -> list[tuple[int, bool]]:
        """Return the children of a node of a tree, last first, and whether they are such nodes."""
        buffer, place = self._blocks.at(tree)
        signature, kind, level, count, _, _ = _TREE.unpack_from(buffer, place)
        if signature != b"TREE" or kind or count > _MAX_CHILDREN:
            raise UnfamiliarError
        # Keys and children take turns, a key first; keys are the places of names.
        numbers = struct.unpack_from(f"<{2 * count + 1}Q", buffer, place + _TREE.size)
        if max(numbers[::2]) >= heap_size:
            raise UnfamiliarError
        return [(child, bool(level)) for child in numbers[-2::-2]]


_TELLING = frozenset({_DATASPACE, _DATATYPE, _LAYOUT, _SYMBOL_TABLE})


def _describe_types() -> dict[bytes, str]:
    """Return the names of the types of numbers that Keras writes, by their messages."""
    found: dict[bytes, str] = {}
    for size in (1, 2, 4, 8):
        for flags, name in ((8, "int"), (0, "uint")):
            message = struct.pack("<BBxxIHH4x", 0x10, flags, size, 0, 8 * size)
            found[message] = f"{name}{8 * size}"
    for size, exponent in ((2, 5), (4, 8), (8, 11)):
        bits, fraction = 8 * size, 8 * size - exponent - 1
        # Exponent and fraction: where they begin and how long they are; then the exponent of 1.
        places = (fraction, exponent, 0, fraction, (1 << exponent - 1) - 1)
        head = struct.pack("<BBBxIHH", 0x11, 0x20, bits - 1, size, 0, bits)
        found[head + struct.pack("<BBBBI4x", *places)] = f"float{bits}"
    # h5py's truth values are bytes with two names and their values.
    byte = struct.pack("<BBxxIHH", 0x10, 8, 1, 0, 8)
    names = b"FALSE\0\0\0TRUE\0\0\0\0" + b"\0\1"
    found[struct.pack("<BBxxI", 0x18, 2, 1) + byte + names + b"\0\0"] = "bool"
    return found


_DTYPES = _describe_types()
