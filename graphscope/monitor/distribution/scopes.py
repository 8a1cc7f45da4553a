"""Layers found again by the named scopes in which Keras runs them on JAX."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WRAPPED = re.compile(r"^(?:transpose|jvp|vmap|remat|checkpoint|rematted_computation)\((.*)\)$")


class Scopes:
    """Finds layers by the named scopes in an operation's name."""

    def __init__(self, layers: Sequence[str]) -> None:
        self._layers = {tuple(path.split("/")): path for path in layers}

    def find(self, operation: str) -> str | None:
        """Return the innermost layer whose scopes an operation lies in."""
        scopes = _split_scopes(operation)
        best = (0, 0, 0)
        found = None
        for parts, path in self._layers.items():
            # The model's own scope is missing where its step calls the layers directly.
            for length in range(len(parts), 0, -1):
                at = _last_index(scopes, parts[-length:])
                if at is not None and (fit := (at + length, length, -len(parts))) > best:
                    best, found = fit, path
        return found


def _last_index(scopes: Sequence[str], parts: Sequence[str]) -> int | None:
    length = len(parts)
    starts = range(len(scopes) - length, -1, -1)
    return next((at for at in starts if tuple(scopes[at : at + length]) == tuple(parts)), None)


def _split_scopes(operation: str) -> list[str]:
    """Split at slashes outside of parentheses, and within what only wraps: `jvp(a/b)/add`."""
    parts, depth, begin = [], 0, 0
    for at, character in enumerate(operation):
        depth += (character == "(") - (character == ")")
        if character == "/" and depth == 0:
            parts.append(operation[begin:at])
            begin = at + 1
    parts.append(operation[begin:])
    return [inner for part in parts for inner in _unwrapped(part)]


def _unwrapped(part: str) -> list[str]:
    match = _WRAPPED.match(part)
    return _split_scopes(match[1]) if match else [part]
