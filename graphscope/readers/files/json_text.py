"""JSON from a stranger, within limits."""

from __future__ import annotations

import codecs
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from graphscope.errors import ReadError
from graphscope.formats.plain_json import load_plain
from graphscope.readers.files.regular_file import open_regular_file
from graphscope.readers.text import quote

MAX_DEPTH = 200
_NESTED = frozenset({dict, list})
MAX_BYTES = 256 << 20
"""Of a JSON file: the document of a graph of a million nodes stays below."""

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_REMEDY = "The file is damaged; save or export it anew."


def load(path: Path, *, largest: int = MAX_BYTES) -> Any:
    """Return what a JSON file holds.

    Raises:
        ReadError: when it is missing, too large, no JSON, or nested too deeply.
    """
    shown = quote(path.name, 200)
    with open_regular_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > largest:
            raise ReadError(
                f"{shown} is larger than {largest >> 20:,} MiB.",
                "No config needs that much, and no graph that can be drawn.",
            )
        data = file.read(size)  # no more, should it grow
    if not data.strip(b"\x00 \t\r\n"):
        raise ReadError(f"{shown} is empty.", "Save or copy the file again.")
    return parse(data, shown)


def parse(data: bytes, subject: str) -> Any:
    """Return the JSON value that the bytes hold.

    Args:
        data: UTF-8 text, with or without a byte order mark.
        subject: what is parsed, for messages.

    Raises:
        ReadError: when it is no JSON, or nested too deeply.
    """
    try:
        value = _load(data)
    except UnicodeDecodeError as error:
        if data.startswith(_WIDE_MARKS):
            raise ReadError(f"{subject} is UTF-16 or UTF-32 text.", "Save it as UTF-8.") from error
        raise ReadError(f"{subject} is not UTF-8 text.", _REMEDY) from error
    except RecursionError as error:
        raise _too_deep(subject) from error
    except ValueError as error:
        # The message of a JSON error names line and column; other errors concern huge numbers.
        told = isinstance(error, json.JSONDecodeError)
        reason = str(error)[:120] if told else "a number in it has thousands of digits"
        raise ReadError(f"{subject} is not JSON ({reason}).", _REMEDY) from error
    _check_depth(value, subject)
    return value


def _load(data: bytes) -> Any:
    with suppress(ValueError):  # The standard library says what is wrong, if anything is.
        return load_plain(data.removeprefix(codecs.BOM_UTF8))
    return json.loads(data.decode("utf-8-sig"))


def parse_object(data: bytes, subject: str) -> dict[str, Any]:
    """Return the JSON object that the bytes hold.

    Args:
        data: UTF-8 text, with or without a byte order mark.
        subject: what is parsed, for messages.

    Raises:
        ReadError: when it is no JSON, no object, or nested too deeply.
    """
    document = parse(data, subject)
    if not isinstance(document, dict):
        raise ReadError(f"{subject} holds {describe(document)} instead of an object.", _REMEDY)
    return document


def describe(value: Any) -> str:
    """Return what kind of JSON value it is.

    >>> describe([]), describe(None), describe(1.5)
    ('a list', 'null', 'a number')
    """
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}
    return "null" if value is None else names.get(type(value), "a number")


def _check_depth(document: Any, subject: str) -> None:
    level = [document] if isinstance(document, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) in _NESTED
        ]
        if not level:
            return
    raise _too_deep(subject)


def _too_deep(subject: str) -> ReadError:
    return ReadError(
        f"{subject} is nested more than {MAX_DEPTH} levels deep.",
        "No Keras model needs that; do not trust the file.",
    )
