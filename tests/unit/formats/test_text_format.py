"""Messages as text: what is read is what protocol buffers would write as bytes."""

from __future__ import annotations

import struct

import pytest

from graphscope.formats.text_format import MAX_DEPTH, Field, Kind, Schema, encode
from graphscope.formats.wire import MalformedError, messages, numbers, split

SCHEMA = Schema(
    {
        "Node": {
            b"name": Field(1, Kind.TEXT),
            b"size": Field(2, Kind.WHOLE),
            b"rate": Field(3, Kind.FLOAT),
            b"exact": Field(4, Kind.DOUBLE),
            b"inner": Field(5, Kind.MESSAGE, "Node"),
        }
    },
    {b"DT_FLOAT": 1},
)


def read(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return encode(memoryview(data), "Node", SCHEMA)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", b""),
        ("# nothing\n  # at all\n", b""),
        ("\ufeffsize: 1", b"\x10\x01"),
        ('name: "x"', b"\x0a\x01x"),
        ("name: 'x'", b"\x0a\x01x"),
        ('name: "a" "b"\n  "c"', b"\x0a\x03abc"),
        ("size: 300", b"\x10\xac\x02"),
        ("size: -1", b"\x10" + b"\xff" * 9 + b"\x01"),
        ("size: 0x1F", b"\x10\x1f"),
        ("size: 017", b"\x10\x0f"),
        ("size: true", b"\x10\x01"),
        ("size: DT_FLOAT", b"\x10\x01"),
        ("size: DT_NEW", b"\x10\x00"),
        ("rate: 1e-05", b"\x1d" + struct.pack("<f", 1e-05)),
        ("rate: 0.5f", b"\x1d" + struct.pack("<f", 0.5)),
        ("rate: -inf", b"\x1d" + struct.pack("<f", float("-inf"))),
        ("rate: -1", b"\x1d" + struct.pack("<f", -1)),
        ("exact: 0.1", b"\x21" + struct.pack("<d", 0.1)),
        ("inner { size: 1 }", b"\x2a\x02\x10\x01"),
        ("inner: < size: 1; >", b"\x2a\x02\x10\x01"),
        ("inner { }", b"\x2a\x00"),
        ("size: [1, 2]", b"\x10\x01\x10\x02"),
        ("size: []", b""),
        ("inner: [{size: 1}, {size: 2}] size: 3", b"\x2a\x02\x10\x01\x2a\x02\x10\x02\x10\x03"),
        # What the schema does not name is read over, whatever is in it.
        ('other: "}" more { inner { size: 1 } [a.b/c.D] { x: [1] } } size: 1', b"\x10\x01"),
    ],
)
def test_text_stands_for_bytes(text: str, expected: bytes) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rb'name: "\000\377\x41\n\t\"\'\\"', b"\x00\xffA\n\t\"'\\"),
        (rb'name: "\?\a\\N{BULLET}\\u1234"', b"?\x07\\N{BULLET}\\u1234"),
        ('name: "héß"', "héß".encode()),
        (r'name: "é\351"', "é".encode() + b"\xe9"),
    ],
)
def test_texts_may_hold_any_bytes(text: str | bytes, expected: bytes) -> None:
    (found,) = messages(split(memoryview(read(text))), 1)
    assert bytes(found) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("size: 1\ninner {", "in line 2, the text is cut off"),
        ("inner { size: 1 } }", "a bracket closes nothing"),
        ('name: "abc', "in line 1, the text is cut off"),
        ("size: x1 {", "in line 1"),
        ("\n\nrate: many", "in line 3, a value is of the wrong kind"),
        ("name: 5", "a value is of the wrong kind"),
        ("size: [[1]]", "a list lies in a list"),
        ("inner { " * (MAX_DEPTH + 1), "nested too deep"),
        ("size:", "cut off"),
        ("\x00", "cut off"),
    ],
)
def test_what_is_no_such_text_is_told_with_its_line(text: str, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        read(text)


def test_a_long_text_that_does_not_end_takes_no_time() -> None:
    with pytest.raises(MalformedError):
        read('name: "' + "a\\" * 500_000)
    with pytest.raises(MalformedError):
        read('name: "a" ' * 1 + '"a" ' * 200_000 + "{")


def test_many_values_are_read() -> None:
    found = split(memoryview(read("size: 7\n" * 50_000)))
    assert numbers(found, 2) == [7] * 50_000
