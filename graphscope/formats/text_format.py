r"""Protocol buffer messages written as text, turned into the bytes that they stand for.

    node { name: "y" op: "Relu" input: "x" attr { key: "T" value { type: DT_FLOAT } } }

Only the fields of a schema are taken; others are read over. Nothing recurses.

Source: https://protobuf.dev/reference/protobuf/textformat-spec/
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from graphscope.formats.wire import MalformedError

MAX_DEPTH = 200
"""Messages within messages."""


class Kind(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    """Text or bytes."""
    WHOLE = "whole"
    """Whole numbers, truth values and names of numbers."""
    FLOAT = "float"
    DOUBLE = "double"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message.

    Attributes:
        number: what it is called in bytes.
        kind: what its values are.
        message: of messages, the name of their kind in the schema.
    """

    number: int
    kind: Kind
    message: str = ""


Message = Mapping[bytes, Field]
"""The fields of a kind of messages by name."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What is known of messages.

    Attributes:
        messages: kinds of messages by name.
        names: numbers that are written as names.
    """

    messages: Mapping[str, Message]
    names: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A message that has begun.

    Attributes:
        fields: of its kind; None where nothing is taken.
        number: of the field that holds it.
        found: its bytes so far.
        list_of: the field whose values are being listed.
        is_list: whether values are being listed.
    """

    fields: Message | None
    number: int
    found: bytearray
    list_of: Field | None = None
    is_list: bool = False


_SPACE: Final = rb"(?:[\s,;]|#[^\n]*)*+"
_VALUE: Final = rb"""(?P<texts>(?:(?:"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+')\s*+)++)|"""
_PLAIN: Final = rb"(?P<plain>[-+]?\s*+[.\w][.\w+-]*+)|(?P<open>[{<])|(?P<list>\[)"
_ENTRY: Final = re.compile(
    _SPACE
    + rb"(?:(?P<close>[}>])|(?P<name>\w++|\[[^\]\n]*+\])\s*+:?\s*+(?:"
    + _VALUE
    + _PLAIN
    + rb"))"
)
_ITEM: Final = re.compile(_SPACE + rb"(?:(?P<close>\])|" + _VALUE + _PLAIN + rb")")
_END: Final = re.compile(_SPACE)
_PART: Final = re.compile(rb""""((?:[^"\\]++|\\.)*+)"|'((?:[^'\\]++|\\.)*+)'""")
_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|[xX]([0-9A-Fa-f]{1,2})|(.))", re.DOTALL)
_COMMON: Final = re.compile(rb"(?:[^\\]++|\\[0-7xnrt\"'\\])*+")
_CONTROLS: Final = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))
_TRUTHS: Final = {b"true": 1, b"True": 1, b"t": 1, b"false": 0, b"False": 0, b"f": 0}
_MARK: Final = b"\xef\xbb\xbf"
_WRONG: Final = "a value is of the wrong kind"
_WORD: Final = (1 << 64) - 1


def encode(text: memoryview, root: str, schema: Schema) -> bytes:
    """Return the bytes of a message that is written as text.

    Args:
        text: the text, in UTF-8.
        root: the kind of the message.
        schema: what is taken of it.

    Raises:
        MalformedError: when it does not follow the rules of such texts.
    """
    stack = [_Open(schema.messages[root], 0, bytearray())]
    position, end = 3 if bytes(text[:3]) == _MARK else 0, len(text)
    while True:
        top = stack[-1]
        match = (_ITEM if top.is_list else _ENTRY).match(text, position)
        if match is None:
            position = _skip(text, position)
            if position == end and len(stack) == 1 and not top.is_list:
                return bytes(top.found)
            raise MalformedError(_tell(text, position, "the text is cut off or no such message"))
        position = match.end()
        try:
            if match["close"]:
                _close(stack)
            else:
                _take(stack, match, schema)
        except (ValueError, OverflowError, struct.error) as error:
            problem = str(error) if isinstance(error, MalformedError) else _WRONG
            raise MalformedError(_tell(text, position, problem)) from None


def _skip(text: memoryview, position: int) -> int:
    match = _END.match(text, position)
    return position if match is None else match.end()


def _tell(text: memoryview, position: int, problem: str) -> str:
    line = bytes(text[:position]).count(b"\n") + 1
    return f"in line {line:,}, {problem}"


def _find(top: _Open, name: bytes) -> Field | None:
    return None if top.fields is None else top.fields.get(name)


def _begin(known: Field | None, schema: Schema) -> _Open:
    fields = None
    if known is not None and known.kind is Kind.MESSAGE:
        fields = schema.messages[known.message]
    return _Open(fields, 0 if known is None else known.number, bytearray())


def _close(stack: list[_Open]) -> None:
    if stack[-1].is_list:
        stack[-1].is_list = False
        return
    if len(stack) == 1:
        raise MalformedError("a bracket closes nothing")
    closed = stack.pop()
    if closed.fields is not None:
        found = stack[-1].found
        found += _varint(closed.number << 3 | 2)
        found += _varint(len(closed.found))
        found += closed.found


def _take(stack: list[_Open], match: re.Match[bytes], schema: Schema) -> None:
    top = stack[-1]
    known = top.list_of if top.is_list else _find(top, match["name"])
    if match["list"]:
        if top.is_list:
            raise MalformedError("a list lies in a list")
        top.list_of, top.is_list = known, True
    elif match["open"]:
        if len(stack) > MAX_DEPTH:
            raise MalformedError("messages are nested too deep")
        stack.append(_begin(known, schema))
    elif known is not None:
        top.found += _write(known, match, schema)


def _write(known: Field, match: re.Match[bytes], schema: Schema) -> bytes:
    key = known.number << 3
    if known.kind is Kind.TEXT:
        if match["texts"] is None:
            raise ValueError
        value = _read_texts(match["texts"])
        return _varint(key | 2) + _varint(len(value)) + value
    plain = (match["plain"] or b"").replace(b" ", b"")
    match known.kind:
        case Kind.WHOLE:
            return _varint(key) + _varint(_read_whole(plain, schema.names) & _WORD)
        case Kind.FLOAT:
            return _varint(key | 5) + struct.pack("<f", _read_real(plain))
        case Kind.DOUBLE:
            return _varint(key | 1) + struct.pack("<d", _read_real(plain))
    raise ValueError


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _read_whole(plain: bytes, names: Mapping[bytes, int]) -> int:
    if plain in names:
        return names[plain]
    if plain in _TRUTHS:
        return _TRUTHS[plain]
    if plain[:1].isalpha():  # a name that is not known
        return 0
    sign, digits = (-1, plain[1:]) if plain.startswith(b"-") else (1, plain.removeprefix(b"+"))
    base = 16 if digits[:2].lower() == b"0x" else 8 if digits.startswith(b"0") else 10
    return sign * int(digits, base)


def _read_real(plain: bytes) -> float:
    lowered = plain.lower()
    if lowered.endswith(b"f") and not lowered.endswith(b"inf"):
        lowered = lowered[:-1]
    return float(lowered)


def _read_texts(texts: bytes) -> bytes:
    """Return the bytes of texts in quotation marks, which may follow one another."""
    found = []
    for part in _PART.finditer(texts):
        body = part[1] if part[1] is not None else part[2]
        if b"\\" not in body:
            found.append(body)
        elif _COMMON.fullmatch(body):
            # Python reads these as protocol buffers do, and a hundred times as fast.
            found.append(body.decode("unicode_escape").encode("latin-1"))
        else:
            found.append(_ESCAPE.sub(_unescape, body))
    return b"".join(found)


def _unescape(match: re.Match[bytes]) -> bytes:
    octal, hexadecimal, other = match.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    return bytes([_CONTROLS.get(other[0], other[0])])
