"""Bytecode is listed as Python's own `dis` lists it, for every release, and nothing of it runs."""

from __future__ import annotations

import base64
import json
import marshal
import struct
import sys
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.readers.code.bytecode import MAX_BYTES, looks_like_bytecode, show_bytecode
from graphscope.readers.code.listing import MAX_FUNCTIONS, MAX_LINES
from graphscope.readers.code.marshalled import MarshalError, read_code
from graphscope.readers.code.releases import RELEASES, decode_all
from graphscope.readers.code.values import CodeObject
from graphscope.readers.code.writing import MAX_WRITTEN

WRITTEN = json.loads(Path(__file__).with_name("functions.json").read_text())
"""By release and name of the function: its bytes, and what `dis` of that release says of them."""

EACH = [(release, name) for release, functions in WRITTEN.items() for name in functions]


def parse(encoded: str) -> CodeObject:
    data = base64.b64decode(encoded)
    for layout in RELEASES:
        try:
            return read_code(data, layout)
        except MarshalError:
            continue
    raise AssertionError("no layout fits")


def encode(code: CodeType) -> str:
    return base64.b64encode(marshal.dumps(code)).decode()


@pytest.mark.parametrize(("release", "name"), EACH)
def test_instructions_are_those_of_the_release_that_wrote_them(release: str, name: str) -> None:
    function = WRITTEN[release][name]
    releases, decoded = decode_all(parse(function["code"]))
    assert int(release.partition(".")[2]) in releases
    assert len(releases) <= 2
    listed = [
        " ".join(str(part) for part in (each.offset, each.name, each.argument) if part is not None)
        for each in decoded[0][1]
    ]
    assert listed == function["instructions"]


@pytest.mark.parametrize(("release", "name"), EACH)
def test_bytecode_is_recognised_by_its_first_bytes(release: str, name: str) -> None:
    assert looks_like_bytecode(WRITTEN[release][name]["code"])


@pytest.mark.parametrize(
    "text", ["relu", "4wAA", "Your model", "4" * 64, "data:image/png;base64,4w"]
)
def test_other_texts_are_no_bytecode(text: str) -> None:
    assert not looks_like_bytecode(text)


def test_a_listing_says_what_the_function_reaches_for() -> None:
    assert show_bytecode(WRITTEN["3.14"]["touch"]["code"]).splitlines() == [
        "# Python 3.14, judging by form and instructions",
        "",
        "<lambda>(x)",
        "  from '<string>', line 1",
        "  names: __import__, Path, touch",
        "  constants: 'pathlib', '/tmp/never'",
        "      0  RESUME            0",
        "      2  LOAD_GLOBAL       __import__",
        "     12  LOAD_CONST        'pathlib'",
        "     14  CALL              1",
        "     22  LOAD_ATTR         Path",
        "     42  LOAD_CONST        '/tmp/never'",
        "     44  CALL              1",
        "     52  LOAD_ATTR         touch",
        "     72  CALL              0",
        "     80  LOAD_FAST_BORROW  x",
        "     82  BUILD_TUPLE       2",
        "     84  LOAD_SMALL_INT    1",
        "     86  BINARY_OP         []",
        "     98  RETURN_VALUE",
    ]


def test_functions_inside_are_listed_after_the_outer_one() -> None:
    text = show_bytecode(WRITTEN["3.9"]["nested"]["code"])
    assert [line for line in text.splitlines() if line.endswith(")") and line[0] != " "] == [
        "<lambda>(x)",
        "<listcomp>('.0')" if "<listcomp>('.0')" in text else "<listcomp>(.0)",
        "<lambda>(z)",
    ]
    assert "POP_JUMP_IF_FALSE  to 4" in text
    assert ">>  4  FOR_ITER" in text


def test_arguments_are_written_as_in_a_definition() -> None:
    text = show_bytecode(WRITTEN["3.8"]["default"]["code"])
    assert "<lambda>(x, *rest, scale, **more)" in text
    assert "# Python 3.8 or 3.9" in text
    own = show_bytecode(encode((lambda a, /, b, *, c: a + b + c).__code__))
    assert "<lambda>(a, /, b, *, c)" in own


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="marshals with the running release")
def test_each_constant_is_written_as_python_prints_it() -> None:
    values: tuple[Any, ...] = (
        1,
        2.5,
        "aé",
        b"\x00",
        None,
        True,
        -7,
        2**70,
        1j,
        (),
        (1,),
        frozenset(),
        "x" * 400,
    )
    code = (lambda: 0).__code__.replace(co_consts=values)
    found = parse(encode(code)).constants
    from graphscope.readers.code.writing import write_value

    assert [write_value(each) for each in found][:-1] == [repr(value) for value in values][:-1]
    assert len(write_value(found[-1])) <= MAX_WRITTEN + 2


def test_names_cannot_change_how_the_listing_is_shown() -> None:
    code = (lambda x: x).__code__.replace(
        co_name="\u202eevil\n  0 NOP", co_filename="a\x1b[31mb", co_consts=("\u2066hidden",)
    )
    text = show_bytecode(encode(code))
    assert all(letter.isprintable() for line in text.splitlines() for letter in line)
    assert "\\u202eevil\\n  0 NOP" in text
    assert "\\u2066hidden" in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "they end early"),
        (b"\xe3" + b"\0" * 40, "0x00, which begins no value"),
        (b"N", "they hold no function"),
        (b"r\x05\0\0\0", "they refer to value 5"),
        (b"\xa9\x01r\0\0\0\0", "not read yet"),
        (b"(\xff\xff\xff\x7f", "a tuple is said to have 2,147,483,647 items"),
        (b"s\xff\xff\xff\x7f", "bytes are missing"),
        (b"l\xff\xff\xff\x7f", "bytes are missing"),
        (b")\x01" * 500 + b"N", "nest too deeply"),
        (b"f\x03abc", "a number is not written as one"),
    ],
)
def test_broken_bytes_are_refused_with_the_reason(data: bytes, reason: str) -> None:
    text = show_bytecode(base64.b64encode(data).decode())
    assert reason in text
    assert f"It begins with: {data[:48].hex(' ')}".strip() in text


def test_shared_tuples_that_multiply_are_written_short() -> None:
    # 40 tuples, each of which holds the one before twice: 2**40 items when written out.
    value = b"\xa9\x00"
    for number in range(40):
        value = b"\xa9\x02" + value + b"r" + struct.pack("<i", 39 - number + 1)
    code = marshal.dumps((lambda: 0).__code__.replace(co_consts=()), 2)
    assert code.count(b"(\0\0\0\0") >= 1
    text = show_bytecode(base64.b64encode(code.replace(b"(\0\0\0\0", value, 1)).decode())
    assert len(text) < 10_000


def test_large_functions_are_not_read() -> None:
    text = show_bytecode(base64.b64encode(b"\xe3" * (MAX_BYTES + 1)).decode())
    assert text.startswith(f"Not listed: {MAX_BYTES + 1:,} bytes")


def test_long_functions_are_cut_and_say_so() -> None:
    source = f"lambda x: ({', '.join(['x'] * 3_000)})"
    lines = show_bytecode(encode(eval(source).__code__)).splitlines()
    assert len(lines) == MAX_LINES + 1
    assert lines[-1].startswith("# and ")


def test_bytes_without_base64_are_read_as_keras_once_wrote_them() -> None:
    data = base64.b64decode(WRITTEN["3.7"]["double"]["code"])
    text = show_bytecode(data.decode("latin-1"))
    assert "BINARY_MULTIPLY" in text


def test_unknown_instructions_leave_names_and_constants() -> None:
    code = (lambda x: x + 41).__code__
    broken = marshal.dumps(code).replace(code.co_code[:2], b"\xfb\xfb")
    text = show_bytecode(base64.b64encode(broken).decode())
    assert "The instructions cannot be listed" in text
    assert "constants: None, 41" in text
    assert "instructions begin with: fb fb" in text


@given(st.binary(max_size=200))
def test_any_bytes_give_a_text(data: bytes) -> None:
    assert show_bytecode(base64.b64encode(data).decode())


FLIPPED = st.sampled_from(EACH).flatmap(
    lambda each: st.tuples(
        st.just(base64.b64decode(WRITTEN[each[0]][each[1]]["code"])),
        st.integers(0, 2_000),
        st.integers(0, 255),
    )
)


@given(FLIPPED)
def test_any_changed_byte_gives_a_text(changed: tuple[bytes, int, int]) -> None:
    data, place, value = changed
    broken = bytearray(data)
    broken[place % len(broken)] = value
    text = show_bytecode(base64.b64encode(bytes(broken)).decode())
    assert all(letter.isprintable() for line in text.splitlines() for letter in line)


def test_many_functions_together_have_a_limit() -> None:
    base = (lambda: 0).__code__
    inner = tuple(base.replace(co_code=base.co_code * 60, co_name=f"f{i}") for i in range(500))
    text = show_bytecode(encode(base.replace(co_consts=inner)))
    assert "there are more than 50,000" in text
    assert text.count("instructions begin with") == MAX_FUNCTIONS
