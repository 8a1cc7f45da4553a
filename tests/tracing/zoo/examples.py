"""What every difficult model is: a model, and what to call it with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Example: TypeAlias = tuple[Any, Any]
"""A model and its example inputs, None where the model knows them."""

Make: TypeAlias = Callable[[], Example]


def by_name(*makers: Make) -> dict[str, Make]:
    """Return makers of models under their names."""
    return {make.__name__: make for make in makers}
