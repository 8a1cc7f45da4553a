from __future__ import annotations

from typing import Any

import pytest

from graphscope.app.present.values import (
    format_amount,
    format_bytes,
    format_setting,
    is_telling,
    shorten,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 k"),
        (999_499, "999 k"),
        (999_999, "1.00 M"),
        (6_590_000_000, "6.59 G"),
        (3.2e17, "320 P"),
        (None, "unknown"),
    ],
)
def test_amounts_have_three_digits(number: float | None, text: str) -> None:
    assert format_amount(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "0.977 KiB"),
        (1024, "1.00 KiB"),
        (25_690_112, "24.5 MiB"),
        (123 * 2**30, "123 GiB"),
        (None, "unknown"),
    ],
)
def test_bytes_are_powers_of_1024(number: float | None, text: str) -> None:
    assert format_bytes(number) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("relu", "relu"),
        ([3, 3], "(3, 3)"),
        ([1], "(1,)"),
        (["a", None], '("a", None)'),
        (True, "True"),
        (0.001, "0.001"),
        ({"axis": -1}, "{axis: -1}"),
        (
            {
                "module": "keras.initializers",
                "class_name": "GlorotUniform",
                "config": {"seed": None},
            },
            "GlorotUniform()",
        ),
        (
            {
                "class_name": "L1L2",
                "config": {"l1": 0.0, "inner": {"class_name": "X", "config": None}},
            },
            "L1L2(l1=0.0, inner=X())",
        ),
        ({"class_name": "function", "config": "my_loss"}, 'function("my_loss")'),
    ],
)
def test_settings_read_like_code(value: Any, text: str) -> None:
    assert format_setting(value) == text


def test_what_constructors_fill_in_by_themselves_is_not_telling() -> None:
    assert [
        value for value in (None, {}, {"class_name": "Zeros"}, [], "") if is_telling(value)
    ] == []
    assert all(is_telling(value) for value in (0, 32, 0.5, True, False, "same", [3, 3]))


def test_long_texts_are_cut() -> None:
    assert shorten("x" * 240) == "x" * 240
    assert shorten("x" * 241) == "x" * 239 + "…"


def test_deeply_nested_settings_end_somewhere() -> None:
    nested: Any = 0
    for _ in range(5000):
        nested = [nested]
    assert format_setting(nested) == "(" * 9 + "…" + ",)" * 9
