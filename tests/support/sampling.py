"""Which of many slow examples are tried by day; the nightly run tries all."""

from __future__ import annotations

import os
from collections.abc import Iterable

SHARE = 3
"""By day one of so many is tried."""


def by_day(names: Iterable[str], variable: str) -> list[str]:
    """Return every third name, or all where the environment variable is `all`.

    >>> by_day(["a", "b", "c", "d"], "GRAPHSCOPE_DOES_NOT_EXIST")
    ['a', 'd']
    """
    everything = list(names)
    return everything if os.environ.get(variable) == "all" else everything[::SHARE]
