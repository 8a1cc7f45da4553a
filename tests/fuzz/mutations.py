"""Mutations of bytes and of JSON documents; the same random numbers give the same mutation."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

Mutation = Callable[[bytes, Random], bytes]

_MOST_BYTES = 1 << 20
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, (1 << 63) - 1, 1 << 63)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    10**30,
    float("nan"),
    float("inf"),
    "",
    "a",
    "\ud800",
    "inp",
    "__proto__",
    "x" * 5_000,
    [],
    {},
    [[]],
    [None],
    {"class_name": "Dense"},
    {"class_name": "__keras_tensor__", "config": {"keras_history": ["inp", 0, 0]}},
    {"class_name": "__lambda__", "config": {"code": "4wEAAAAAAAAAAAAAAAMAAAAD"}},
)


def mutate_bytes(data: bytes, random: Random) -> bytes:
    """Return data with one to eight changes of its bytes."""
    for _ in range(random.choice((1, 1, 1, 2, 4, 8))):
        data = random.choice(_CHANGES)(data, random)
    return data[:_MOST_BYTES]


def _flip(data: bytes, random: Random) -> bytes:
    if not data:
        return b"\0"
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _put_number(data: bytes, random: Random) -> bytes:
    size = random.choice((1, 2, 4, 8))
    value = random.choice(_NUMBERS) & ((1 << 8 * size) - 1)
    at = random.randrange(len(data) + 1)
    return data[:at] + value.to_bytes(size, random.choice(("little", "big"))) + data[at + size :]


def _cut_out(data: bytes, random: Random) -> bytes:
    begin, end = _piece(data, random)
    return data[:begin] + data[end:]


def _repeat(data: bytes, random: Random) -> bytes:
    begin, end = _piece(data, random)
    return data[:end] + data[begin:end] * random.choice((1, 1, 2, 20)) + data[end:]


def _move(data: bytes, random: Random) -> bytes:
    begin, end = _piece(data, random)
    at = random.randrange(len(data) + 1)
    return data[:at] + data[begin:end] + data[at:]


def _insert_noise(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.randrange(1, 16)) + data[at:]


def _cut_off(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _piece(data: bytes, random: Random) -> tuple[int, int]:
    begin = random.randrange(len(data) + 1)
    return begin, min(len(data), begin + random.choice((1, 2, 4, 8, 16, 64, 512)))


_CHANGES: tuple[Mutation, ...] = (
    _flip,
    _flip,
    _flip,
    _put_number,
    _put_number,
    _cut_out,
    _repeat,
    _move,
    _insert_noise,
    _cut_off,
)


def mutate_json(data: bytes, random: Random) -> bytes:
    """Return a JSON text with some values changed; what is no JSON is changed in its bytes."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return mutate_bytes(data, random)
    if random.random() < 0.1:
        return mutate_bytes(data, random)
    for _ in range(random.choice((1, 1, 2, 4))):
        document = _change_value(document, random)
    return json.dumps(document).encode("utf-8", "surrogatepass")


def _change_value(document: Any, random: Random) -> Any:
    """Change one place below a value; shallow places are as likely as deep ones."""
    parent, key = None, None
    value = document
    while isinstance(value, (dict, list)) and value and random.random() < 0.85:
        parent = value
        key = random.choice(list(value) if isinstance(value, dict) else range(len(value)))
        value = parent[key]
    if parent is None:
        return deepcopy(random.choice(_VALUES))
    _change_entry(parent, key, document, random)
    return document


def _change_entry(parent: Any, key: Any, document: Any, random: Random) -> None:
    choice = random.randrange(6)
    if choice == 0:
        del parent[key]
    elif choice == 1 and isinstance(parent, list):
        parent.insert(key, deepcopy(parent[key]))
    elif choice == 2:
        parent[key] = [parent[key]]
    elif choice == 3:
        parent[key] = _pick(document, random)
    elif choice == 4 and isinstance(parent, dict):
        parent[random.choice(("name", "config", "units", "shape", "\0", key * 2))] = deepcopy(
            parent[key]
        )
    else:
        parent[key] = deepcopy(random.choice(_VALUES))


def _pick(document: Any, random: Random) -> Any:
    """Return a copy of a value from elsewhere in the document."""
    value = document
    while isinstance(value, (dict, list)) and value and random.random() < 0.9:
        value = random.choice(list(value.values()) if isinstance(value, dict) else value)
    return deepcopy(value)
