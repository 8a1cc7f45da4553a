"""Plain JSON: what is read is what the standard library reads, or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.formats import plain_json
from graphscope.formats.plain_json import load_plain

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def told(value: Any) -> Any:
    """Return a value in which 1, 1.0 and True, and 0.0 and -0.0, are not the same."""
    if isinstance(value, dict):
        return [(key, told(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [told(item) for item in value]
    return type(value), repr(value)


@given(VALUES, st.booleans())
def test_any_value(value: Any, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    try:
        found = load_plain(text.encode("utf-8", "surrogatepass"))
    except ValueError:
        return
    assert told(found) == told(json.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        "[-0, -0.0, 0.1e1, 1e-400]",
        '{"a": 1, "b": 2, "a": 3}',
        "9007199254740993.0",
        '"\\u0000\x7f"',
    ],
)
def test_what_is_rare(text: str) -> None:
    assert told(load_plain(text.encode())) == told(json.loads(text))


@pytest.mark.parametrize(
    "text",
    ["NaN", "[Infinity]", "1e999", str(2**64), "-" + "9" * 19, '"\\ud800"', "[" * 2_000, "", "01"],
)
def test_what_is_left_to_the_standard_library(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_plain(text.encode())


def test_large_texts_are_left_to_the_standard_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_json, "LARGEST", 5)
    assert load_plain(b"[1,2]") == [1, 2]
    with pytest.raises(ValueError, match="large"):
        load_plain(b"[1, 2]")
