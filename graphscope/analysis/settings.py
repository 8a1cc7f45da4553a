"""Configs and attributes as small numbers: equal settings get equal numbers, names never matter."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from operator import itemgetter
from typing import Any

_NAMING = frozenset({"name", "seed", "trainable", "source", "synthetic"})
"""Keys of a config or of attributes that do not change what is computed here."""

_PLAIN = frozenset({str, int, float, bool, type(None)})
_SCALARS = (str, int, float, type(None))
_DEEPEST = 64
"""A config nested deeper than this is equal to none but itself."""

_key = itemgetter(0)


class Interner:
    """Gives every distinct key the next small number, from 1 on.

    Keys are whole values, so two different ones never share a number. Numbers follow the order in
    which keys come and are the same in every process.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, key: Hashable) -> int:
        """Return the number of the key."""
        return self._numbers.setdefault(key, len(self._numbers) + 1)


class Settings:
    """Numbers configs and attributes; numbers of two of these do not compare."""

    def __init__(self) -> None:
        self._interner = Interner()

    def number(self, settings: Mapping[str, Any]) -> int:
        """Return a number that equal attributes or configs share, whatever they are named."""
        kept = [
            (key, value.__class__, value) if value.__class__ in _PLAIN else (key, canonical(value))
            for key, value in settings.items()
            if key not in _NAMING
        ]
        if len(kept) > 1:
            kept.sort(key=_key)
        return self._interner.number(tuple(kept))


def canonical(value: Any, depth: int = 0) -> Hashable:
    """Return JSON values as a key that ignores names, seeds and the order of dicts."""
    kind = value.__class__
    if kind in _PLAIN or isinstance(value, _SCALARS):
        return (kind.__name__, value)
    if depth > _DEEPEST:
        return ("deep", id(value))
    if kind is dict or isinstance(value, Mapping):
        kept = [(str(key), each) for key, each in value.items() if key not in _NAMING]
        if len(kept) > 1:
            kept.sort(key=_key)
        return tuple([(key, canonical(each, depth + 1)) for key, each in kept])
    if isinstance(value, Sequence):
        return tuple([canonical(each, depth + 1) for each in value])
    return repr(value)
