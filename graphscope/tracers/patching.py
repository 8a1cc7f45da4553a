"""Hooks into Keras: installed for as long as somebody records, taken out on every path."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, TypeAlias

Wrapper: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Receives the function below and returns the one that is to be called instead."""

_lock = threading.Lock()
_points: dict[tuple[type | ModuleType, str], _PatchPoint] = {}


@contextmanager
def patched(owner: type | ModuleType, name: str, wrapper: Wrapper) -> Iterator[None]:
    """Wrap a function of a class or module inside the block.

    Blocks may nest, and those of several threads may end in any order: the original function
    comes back when the last of them has ended. Blocks that share a wrapper install it once.
    """
    # The function may be inherited; the class that defines it is the one to patch.
    if isinstance(owner, type):
        owner = next(base for base in owner.__mro__ if name in vars(base))
    added = False
    try:
        # Inside, because Ctrl-C may come at any line.
        with _lock:
            point = _points.setdefault((owner, name), _PatchPoint(owner, name))
            added = True
            point.add(wrapper)
        yield
    finally:
        if added:
            with _lock:
                point.remove(wrapper)
                if not point.wrappers:
                    _points.pop((owner, name), None)


class _PatchPoint:
    """One patched attribute: the original function and the wrappers around it."""

    def __init__(self, owner: type | ModuleType, name: str) -> None:
        self.wrappers: list[Wrapper] = []
        self._owner = owner
        self._name = name
        self._original = owner.__dict__[name]

    def add(self, wrapper: Wrapper) -> None:
        self.wrappers.append(wrapper)
        self._install()

    def remove(self, wrapper: Wrapper) -> None:
        if wrapper in self.wrappers:
            self.wrappers.remove(wrapper)
        self._install()

    def _install(self) -> None:
        function = self._original
        for wrapper in dict.fromkeys(self.wrappers):
            function = wrapper(function)
        setattr(self._owner, self._name, function)
