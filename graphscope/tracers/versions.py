"""Which versions of Keras were tried, and what is at stake with another."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from typing import Any

FIRST, AFTER_LAST = (3, 12), (4, 0)
"""The versions of Keras that the tests run with: from the first up to, not including, the last.
The same as in pyproject.toml."""

_PARTS: Mapping[str, Callable[[Any], object]] = {
    "the layers inside a model": lambda keras: keras.layers.Layer._flatten_layers,
    "which calls belong to which layer": lambda keras: keras.Operation.__call__,
    "a model without allocated weights": lambda keras: keras.StatelessScope.get_current_value,
    "the edges that Keras itself declares": lambda keras: (
        keras.src.models.functional.Functional.call
    ),
    "names of layers that are made later": lambda keras: (
        keras.src.backend.common.global_state.get_global_attribute
    ),
}
"""What a user would miss, with the part of Keras that it rests on."""


def warn_of_untested_version() -> None:
    """Warn, once in a process, when Keras is of a version that was not tested."""
    import keras

    _warn(keras.__version__)


@functools.cache
def _warn(version: str) -> None:
    numbers = _parse(version)
    if numbers is None or FIRST <= numbers < AFTER_LAST:
        return
    missing = find_missing()
    if missing:
        consequence = f"It lacks what graphscope needs to know {', '.join(missing)}."
    else:
        consequence = (
            "All parts of Keras that graphscope relies on are there, but calls, masks or the "
            "edges that Keras declares may be missing from graphs."
        )
    first, after = (".".join(map(str, bound)) for bound in (FIRST, AFTER_LAST))
    warnings.warn(
        f"Keras {version} was not tested with graphscope; versions from {first} to before {after} "
        f"were. {consequence}",
        stacklevel=2,
    )


def find_missing() -> list[str]:
    """Return what cannot be known with the Keras that is installed."""
    import keras

    return [what for what, find in _PARTS.items() if not _has(find, keras)]


def _has(find: Callable[[Any], object], keras: Any) -> bool:
    try:
        find(keras)
    except AttributeError:
        return False
    return True


def _parse(version: str) -> tuple[int, int] | None:
    """Return the first two numbers of a version, None where it has none.

    >>> _parse("3.15.1"), _parse("4.0.dev2026"), _parse("main")
    ((3, 15), (4, 0), None)
    """
    major, _, rest = version.partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else None
