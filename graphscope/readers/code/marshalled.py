"""A reader of Python's marshal format that runs nothing and bounds everything.

Python's own `marshal.loads` is not meant for bytes of strangers: it may crash the process. The
format is that of versions 2 to 5 (`Python/marshal.c` of CPython 3.6 to 3.14).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, TypeVar

from graphscope.readers.code.values import (
    NONE,
    CodeObject,
    Collection,
    CollectionKind,
    Layout,
    Special,
    Value,
)

MAX_DEPTH = 60
"""How deep values may lie in each other; functions in functions rarely go beyond 5."""

MAX_VALUES = 200_000
MAX_DIGIT_BYTES = 1_000
"""Of an integer; a longer one is only told about."""

_SHARED = 0x80
_PLACEHOLDER: Final = Special("…")

Part = TypeVar("Part", bytes, str, Collection)


class MarshalError(Exception):
    """The bytes are not what Python writes; the text says where and why."""


def read_code(data: bytes, layout: Layout) -> CodeObject:
    """Return the code object that the bytes hold.

    Args:
        data: marshalled bytes, all of them.
        layout: how code objects are taken to be written.

    Raises:
        MarshalError: when they hold something else, or more.
    """
    reader = _Reader(data, layout)
    value = reader.read_value(0)
    if not isinstance(value, CodeObject):
        raise MarshalError("they hold no function")
    if reader.position < len(data):
        left = len(data) - reader.position
        raise MarshalError(f"{left:,} bytes follow after the function")
    return value


class _Reader:
    def __init__(self, data: bytes, layout: Layout) -> None:
        self._data = data
        self._layout = layout
        self.position = 0
        self._shared: list[Value] = []
        self._count = 0

    def read_value(self, depth: int) -> Value:
        start = self.position
        mark = self._byte()
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_VALUES:
            raise MarshalError("they nest too deeply or hold too many values")
        shared = bool(mark & _SHARED)
        type_ = chr(mark & ~_SHARED)
        read = _READERS.get(type_)
        if read is None:
            raise MarshalError(f"byte {start:,} is 0x{mark:02x}, which begins no value")
        # The number of a shared value is given out before its parts are read.
        place = len(self._shared)
        if shared:
            self._shared.append(_PLACEHOLDER)
        value = read(self, depth)
        if shared:
            self._shared[place] = value
        return value

    def _take(self, count: int) -> bytes:
        end = self.position + count
        if count < 0 or end > len(self._data):
            raise MarshalError(f"they end early: {count:,} bytes are missing at {self.position:,}")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def _byte(self) -> int:
        return self._take(1)[0]

    def long(self) -> int:
        return int.from_bytes(self._take(4), "little", signed=True)

    def read_integer64(self, _depth: int) -> Value:
        return int.from_bytes(self._take(8), "little", signed=True)

    def read_big_integer(self, _depth: int) -> Value:
        digits = self.long()
        raw = self._take(2 * abs(digits))
        if len(raw) > MAX_DIGIT_BYTES:
            return Special(f"an integer of about {abs(digits) * 15:,} bits")
        value = 0
        for place in range(0, len(raw), 2):
            value |= int.from_bytes(raw[place : place + 2], "little") << (15 * (place // 2))
        return -value if digits < 0 else value

    def _text_float(self) -> float:
        text = self._take(self._byte())
        try:
            return float(text)
        except ValueError as error:
            raise MarshalError("a number is not written as one") from error

    def read_text_float(self, _depth: int) -> Value:
        return self._text_float()

    def read_text_complex(self, _depth: int) -> Value:
        return complex(self._text_float(), self._text_float())

    def read_float(self, _depth: int) -> Value:
        (value,) = struct.unpack("<d", self._take(8))
        return float(value)

    def read_complex(self, _depth: int) -> Value:
        real, imaginary = struct.unpack("<dd", self._take(16))
        return complex(real, imaginary)

    def read_bytes(self, _depth: int) -> Value:
        return self._take(self.long())

    def read_text(self, _depth: int) -> Value:
        return self._take(self.long()).decode("utf-8", "replace")

    def read_ascii(self, _depth: int) -> Value:
        return self._take(self.long()).decode("latin-1")

    def read_short_ascii(self, _depth: int) -> Value:
        return self._take(self._byte()).decode("latin-1")

    def read_reference(self, _depth: int) -> Value:
        number = self.long()
        if not 0 <= number < len(self._shared) or self._shared[number] is _PLACEHOLDER:
            raise MarshalError(f"they refer to value {number:,}, which is not read yet")
        return self._shared[number]

    def read_small_tuple(self, depth: int) -> Value:
        return self._read_items("tuple", self._byte(), depth)

    def read_collection(self, kind: CollectionKind, depth: int) -> Value:
        return self._read_items(kind, self.long(), depth)

    def _read_items(self, kind: CollectionKind, count: int, depth: int) -> Value:
        if not 0 <= count <= len(self._data) - self.position:
            raise MarshalError(f"a {kind} is said to have {count:,} items")
        return Collection(kind, tuple(self.read_value(depth + 1) for _ in range(count)))

    def read_dict(self, depth: int) -> Value:
        items: list[Value] = []
        while self._data[self.position : self.position + 1] != b"0":
            items += (self.read_value(depth + 1), self.read_value(depth + 1))
        self.position += 1
        return Collection("dict", tuple(items))

    def read_slice(self, depth: int) -> Value:
        return Collection("slice", tuple(self.read_value(depth + 1) for _ in range(3)))

    def read_function(self, depth: int) -> Value:
        layout = self._layout
        argument_count = self.long()
        positional_only = 0 if layout == "3.6" else self.long()
        keyword_only = self.long()
        if layout != "3.11":
            self.long()  # the number of local variables
        self.long()  # the size of the stack
        flags = self.long()
        code = self._part(bytes, depth)
        constants = self._part(Collection, depth).items
        names = self._names(depth)
        variables = self._names(depth)
        cells: tuple[str, ...] = ()
        if layout == "3.11":
            self._part(bytes, depth)  # the kinds of the variables
        else:
            free, own = self._names(depth), self._names(depth)
            cells = (*own, *free)
        file_name, name = self._part(str, depth), self._part(str, depth)
        if layout == "3.11":
            self._part(str, depth)  # the name with those of the functions around it
        first_line = self.long()
        line_table = self._part(bytes, depth)
        if layout == "3.11":
            self._part(bytes, depth)  # where exceptions are caught
        if min(argument_count, positional_only, keyword_only) < 0:
            raise MarshalError("a function has a negative number of arguments")
        return CodeObject(
            layout, argument_count, positional_only, keyword_only, flags, code, constants, names,
            variables, cells, file_name, name, first_line, line_table,
        )  # fmt: skip

    def _part(self, type_: type[Part], depth: int) -> Part:
        value = self.read_value(depth + 1)
        if not isinstance(value, type_):
            raise MarshalError("a part of a function is of the wrong type")
        return value

    def _names(self, depth: int) -> tuple[str, ...]:
        items = self._part(Collection, depth).items
        if not all(isinstance(item, str) for item in items):
            raise MarshalError("a name is no text")
        return tuple(str(item) for item in items)


def _constant(value: Value) -> Callable[[_Reader, int], Value]:
    return lambda _reader, _depth: value


def _collection(kind: CollectionKind) -> Callable[[_Reader, int], Value]:
    return lambda reader, depth: reader.read_collection(kind, depth)


_READERS: dict[str, Callable[[_Reader, int], Value]] = {
    "N": _constant(NONE),
    "T": _constant(True),
    "F": _constant(False),
    ".": _constant(Special("...")),
    "S": _constant(Special("StopIteration")),
    "i": lambda reader, _depth: reader.long(),
    "I": _Reader.read_integer64,
    "l": _Reader.read_big_integer,
    "f": _Reader.read_text_float,
    "g": _Reader.read_float,
    "x": _Reader.read_text_complex,
    "y": _Reader.read_complex,
    "s": _Reader.read_bytes,
    "u": _Reader.read_text,
    "t": _Reader.read_text,
    "a": _Reader.read_ascii,
    "A": _Reader.read_ascii,
    "z": _Reader.read_short_ascii,
    "Z": _Reader.read_short_ascii,
    "r": _Reader.read_reference,
    ")": _Reader.read_small_tuple,
    "(": _collection("tuple"),
    "[": _collection("list"),
    "<": _collection("set"),
    ">": _collection("frozenset"),
    "{": _Reader.read_dict,
    ":": _Reader.read_slice,
    "c": _Reader.read_function,
}
