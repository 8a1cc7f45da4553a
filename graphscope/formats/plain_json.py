"""JSON without oddities, read several times as fast as the standard library does."""

from __future__ import annotations

from typing import Any

import orjson

LARGEST = 32 << 20
"""Bytes. The fast way needs up to a dozen times the memory of the text."""

_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER = b"0" * 19
"""Whole numbers beyond 64 bits, which orjson would read as floats, have so many digits or more."""


def load_plain(data: bytes) -> Any:
    """Return what `json.loads` returns for a text.

    Args:
        data: the text as UTF-8, without a byte order mark.

    Raises:
        ValueError: when the text is for `json.loads` to judge: it may be no JSON, too large, nested
            deeply, or hold broken text, numbers of many digits or numbers that are not finite.
    """
    if len(data) > LARGEST:
        raise ValueError("too large")
    if _LONG_NUMBER in data.translate(_DIGITS_AS_ZEROS):
        raise ValueError("a long number")
    return orjson.loads(data)
