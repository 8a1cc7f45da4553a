"""What a shape rule may look at: one call of an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphscope.graph import NOTHING, Dimension
from graphscope.graph.dimensions import canonical

Shape: TypeAlias = tuple[Dimension, ...]


class UnknownSizeError(Exception):
    """A rule needs a size, an attribute or a constant that is not known."""


@dataclass(frozen=True)
class SizedCall:
    """One call of an operation, with the shapes of what it takes."""

    type: str
    arguments: tuple[Shape | None, ...] = ()
    """Shapes by input port, those of weights among them."""
    attributes: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    constants: Mapping[int, Any] = field(default_factory=dict)
    """Values of small constants by input port."""

    def argument(self, port: int) -> Shape:
        """Return the shape at an input port."""
        shape = self.arguments[port] if port < len(self.arguments) else None
        if shape is None:
            raise UnknownSizeError
        return shape

    def wholes(self, name: str, default: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """Return an attribute that is a list of whole numbers, a single one as a list of one."""
        return as_wholes(self.attributes.get(name, default))

    def whole(self, name: str, default: int = 0) -> int:
        """Return an attribute that is a whole number."""
        return as_wholes(self.attributes.get(name, default))[0]

    def dimensions(self, name: str) -> Shape:
        """Return an attribute that is a list of sizes."""
        value = self.attributes.get(name)
        if not isinstance(value, list | tuple):
            raise UnknownSizeError
        return tuple(canonical(size) if isinstance(size, int | str) else None for size in value)

    def constant(self, port: int) -> tuple[int, ...]:
        """Return a constant of whole numbers at an input port."""
        return as_wholes(self.constants.get(port))


Rule: TypeAlias = Callable[[SizedCall], Shape | None]
"""Returns the shape of the first result, or raises UnknownSizeError."""


def as_wholes(value: Any) -> tuple[int, ...]:
    """Return whole numbers from an attribute; graphs may come from strangers."""
    values = value if isinstance(value, (list, tuple)) else [value]
    if not values or any(isinstance(each, bool) or not isinstance(each, int) for each in values):
        raise UnknownSizeError
    return tuple(values)
