"""Doing something at the moment at which the user's program has imported a package."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def when_imported(name: str, do: Callable[[], None]) -> Iterator[None]:
    """Call a function once a top-level package is there: at once if it is, or when it comes.

    Args:
        name: of the package.
        do: called after the package was imported completely.
    """
    if name in sys.modules:
        do()
        yield
        return
    finder = _Finder(name, do)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one package the way everybody else does, with a loader that tells when it is done."""

    def __init__(self, name: str, do: Callable[[], None]) -> None:
        self._name = name
        self._do = do

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the interface's
        target: ModuleType | None = None,  # noqa: ARG002 - the interface's
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the package's spec; None for all others."""
        # Who only asks whether there is a package finds it too: nothing was loaded then.
        if fullname != self._name or self not in sys.meta_path:
            return None
        position = sys.meta_path.index(self)
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            sys.meta_path.insert(position, self)
        if spec is not None and spec.loader is not None:
            _tell_when_loaded(spec.loader, self._loaded)
        return spec

    def _loaded(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            self._do()


def _tell_when_loaded(loader: importlib.abc.Loader, do: Callable[[], None]) -> None:
    load = loader.exec_module

    def load_and_tell(module: ModuleType) -> None:
        load(module)
        do()

    # On this one loader only, which was made for this one import.
    loader.exec_module = load_and_tell  # type: ignore[method-assign]
