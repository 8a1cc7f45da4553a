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
from typing import IO, NamedTuple

from graphscope.readers.files.window import FileWindow
from graphscope.readers.weights.blocks import REACH, SHIFT, WITHIN, Blocks, OutsideError
from graphscope.readers.weights.hdf5_headers import (
    CONTINUATION,
    DATASPACE,
    DATATYPE,
    LAYOUT,
    SYMBOL_TABLE,
    Outline,
    Outlines,
    UnfamiliarError,
)
from graphscope.readers.weights.walk import Link, Links, StoredArray

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_NOWHERE = (1 << 64) - 1

_SUPERBLOCK = struct.Struct("<8s3Bx3BxHHI4Q2Q")
_TREE = struct.Struct("<4sBBHQQ")
_HEAP = struct.Struct("<4sB3xQQQ")
_TABLE = struct.Struct("<4sBxH")
_ENTRY = struct.Struct("<QQI4x16x")
_HEADER = struct.Struct("<BxHIIxxxx")
_ADDRESSES = struct.Struct("<QQ")

_MAX_MESSAGES = 256
_MAX_NAME = 4_096
_MAX_CHILDREN = 256
_MAX_ENTRIES = 128
_MAX_RANK = 32
_MOST_HEADERS, _MOST_ALIKE = 64, 4
_MAX_PIECE = 64 << 20
"""Of one header or the names of one group: lists of the layers of Keras 1 and 2 are in headers."""

_KEYS = [struct.Struct(f"<{2 * count + 1}Q") for count in range(_MAX_CHILDREN + 1)]
_ARRAY = (DATASPACE, DATATYPE, LAYOUT)
"""What tells of an array, in the order in which the library writes it."""
_OUTSIDE = (OutsideError, struct.error)
"""What ends too early is left to the library as well."""


class _Group(NamedTuple):
    tree: int
    heap: int


class ClassicFile:
    """An open file.

    Args:
        stream: the file; it is read where needed only.

    Raises:
        UnfamiliarError: from every method, when the file must be left to the library.
    """

    def __init__(self, stream: IO[bytes] | FileWindow) -> None:
        self._blocks = Blocks(stream)
        self._outlines = Outlines()
        self._headers: dict[bytes, list[Outline]] = {}
        """How the messages lie in headers of one piece, by what stands before them."""
        self._arrays: dict[tuple[bytes, bytes], StoredArray] = {}
        # Parts of a file do not overlap; where they do, the work might never end.
        self._visited: set[int] = set()
        self._left = self._blocks.size

    def root(self) -> _Group:
        """Return the group that holds all others."""
        try:
            return self._root()
        except _OUTSIDE as error:
            raise UnfamiliarError from error

    def links(self, group: _Group) -> Links:
        """Return what a group leads to, in the order of the names."""
        try:
            return Links(self._list(group), [])
        except _OUTSIDE as error:
            raise UnfamiliarError from error

    def open(self, _group: _Group, link: Link) -> _Group | StoredArray | None:
        """Return a group or an array; None for what is neither."""
        try:
            return self._open(link.address)
        except _OUTSIDE as error:
            raise UnfamiliarError from error

    def _root(self) -> _Group:
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

    def _list(self, group: _Group) -> list[Link]:
        heap = self._heap(group.heap)
        found: list[Link] = []
        for table in self._tables(group.tree, len(heap)):
            buffer, place = self._blocks[table >> SHIFT], table & WITHIN
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
        return found

    def _open(self, address: int) -> _Group | StoredArray | None:
        buffer, place = self._blocks[address >> SHIFT], address & WITHIN
        start = place + _HEADER.size
        # Almost all headers are laid out like one before.
        for outline in self._headers.get(buffer[place:start], ()):
            if outline.fronts.unpack_from(buffer, start) == outline.told:
                self._left -= outline.bodies.size
                if self._left < 0:
                    raise UnfamiliarError
                bodies = outline.bodies.unpack_from(buffer, start)
                if outline.kinds == _ARRAY:
                    return self._array(*bodies)
                return self._make(dict(zip(outline.kinds, bodies, strict=True)))
        return self._make(self._messages(address))

    def _make(self, messages: dict[int, bytes]) -> _Group | StoredArray | None:
        table = messages.get(SYMBOL_TABLE)
        if table is not None:
            return _Group(*_ADDRESSES.unpack(table))
        shape, dtype = messages.get(DATASPACE), messages.get(DATATYPE)
        layout = messages.get(LAYOUT)
        if shape is None or dtype is None or layout is None:
            return None
        return self._array(shape, dtype, layout)

    def _array(self, shape: bytes, dtype: bytes, layout: bytes) -> StoredArray:
        # Layouts of version 3 are compact, contiguous or chunked; virtual ones came later.
        if layout[0] != 3 or layout[1] > 2:
            raise UnfamiliarError
        # Most arrays are of a shape and a type that others have as well.
        array = self._arrays.get((shape, dtype))
        if array is None:
            array = self._arrays[shape, dtype] = StoredArray(_read_shape(shape), _read_type(dtype))
        return array

    def _messages(self, address: int) -> dict[int, bytes]:
        """Return what an object header says, by the kind of message."""
        buffer, place = self._blocks.at(address)
        head = buffer[place : place + _HEADER.size]
        version, count, _, size = _HEADER.unpack(head)
        if version != 1 or count > _MAX_MESSAGES:
            raise UnfamiliarError
        found: dict[int, bytes] = {}
        further = [(address + _HEADER.size, size)]
        pieces: list[Outline] = []
        while further:
            outline, bodies = self._split(*further.pop(), count)
            pieces.append(outline)
            count -= outline.messages
            for kind, body in zip(outline.kinds, bodies, strict=True):
                if kind == CONTINUATION:
                    further.append(_ADDRESSES.unpack_from(body))
                elif kind in found:
                    raise UnfamiliarError
                else:
                    found[kind] = body
        if count:
            raise UnfamiliarError
        if len(pieces) == 1 and size <= REACH:
            self._keep(head, pieces[0])
        return found

    def _keep(self, head: bytes, outline: Outline) -> None:
        if len(self._headers) < _MOST_HEADERS:
            known = self._headers.setdefault(head, [])
            del known[_MOST_ALIKE - 1 :]
            known.insert(0, outline)

    def _split(self, place: int, size: int, most: int) -> tuple[Outline, tuple[bytes, ...]]:
        buffer, start = self._piece(place, size)
        outline, bodies = self._outlines.split(buffer, start, size, most)
        if outline.messages > most:
            raise UnfamiliarError
        return outline, bodies

    def _piece(self, place: int, size: int) -> tuple[bytes, int]:
        """Return bytes of the file: what they lie in, and where they begin there."""
        self._left -= size
        if self._left < 0 or size > _MAX_PIECE:
            raise UnfamiliarError
        if size <= REACH:
            buffer, start = self._blocks.at(place)
            if start + size > len(buffer):
                raise UnfamiliarError
            return buffer, start
        return self._blocks.read(place, size), 0

    def _heap(self, address: int) -> bytes:
        """Return the names of a group, one behind the other, each with a zero byte."""
        buffer, place = self._blocks[address >> SHIFT], address & WITHIN
        signature, version, size, free, start = _HEAP.unpack_from(buffer, place)
        if signature != b"HEAP" or version:
            raise UnfamiliarError
        # 1 stands for no free space; what is free begins with two numbers.
        if free != 1 and free + 16 > size:
            raise UnfamiliarError
        buffer, place = self._piece(start, size)
        return buffer[place : place + size]

    def _tables(self, root: int, heap_size: int) -> list[int]:
        """Return where the symbol tables of a group lie."""
        level, tables = self._children(root, heap_size)
        trees = tables[::-1] if level else []
        tables = [] if level else tables
        while trees:
            level, children = self._children(trees.pop(), heap_size)
            if level:
                trees += reversed(children)
            else:
                tables += children
        return tables

    def _children(self, tree: int, heap_size: int) -> tuple[int, list[int]]:
        """Return the level of a node of a tree, and where its children lie."""
        buffer, place = self._blocks[tree >> SHIFT], tree & WITHIN
        signature, kind, level, count, _, _ = _TREE.unpack_from(buffer, place)
        if signature != b"TREE" or kind or count > _MAX_CHILDREN:
            raise UnfamiliarError
        # Keys and children take turns, a key first; keys are the places of names.
        numbers = _KEYS[count].unpack_from(buffer, place + _TREE.size)
        if max(numbers[::2]) >= heap_size:
            raise UnfamiliarError
        children = [*numbers[1::2]]
        met, before = self._visited, len(self._visited)
        met.update(children)
        if len(met) < before + count:
            raise UnfamiliarError
        return level, children


def _read_shape(message: bytes) -> tuple[int, ...]:
    version, rank = message[0], message[1]
    if version not in (1, 2) or rank > _MAX_RANK or (version == 2 and message[3] == 2):
        raise UnfamiliarError
    return struct.unpack_from(f"<{rank}Q", message, 8 if version == 1 else 4)


def _read_type(message: bytes) -> str:
    name = _DTYPES.get(message)
    if name is None:
        raise UnfamiliarError
    return name


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
