"""What a shape rule may look at: one operation, with the shapes and small contents it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from graphscope.graph import Dimension
from graphscope.readers.shapes.dimensions import axis_of
from graphscope.readers.tensorflow.tensors import NUMBERS

Shape: TypeAlias = tuple[Dimension, ...]

Content: TypeAlias = tuple[Dimension, ...] | Dimension
"""Whole numbers in a small tensor: those of a vector, or the one of a scalar. Sizes that come from
the shape of another tensor may be names."""

MAX_RANK = 64
"""Axes of a tensor that rules work with; TensorFlow has 254, and its operations 8 or so."""


class UnknownShapeError(Exception):
    """The file does not tell what a rule needs."""


NOT_MADE_FOR = (UnknownShapeError, IndexError, TypeError, ValueError)
"""What a rule raises where it does not apply. A damaged file gives operations fewer inputs, axes
or settings than they have, and settings of other kinds; such an operation has no rule."""


@dataclass(frozen=True, slots=True)
class OpCall:
    """One operation.

    Attributes:
        type: its type.
        shapes: of what it takes, by input port.
        contents: of small whole numbers that it takes, by input port; None where unknown.
        settings: its attributes.
        count: number of its outputs.
        stated: shapes of its outputs, as far as the file tells.
        makers: types of the operations that make what it takes, by input port; empty for weights.
        taken: dtypes of what it takes, by input port.
        made: dtypes of its outputs.
    """

    type: str
    shapes: Sequence[Shape | None]
    contents: Sequence[Content]
    settings: Mapping[str, Any]
    count: int
    stated: Sequence[Shape | None] = ()
    makers: Sequence[str] = ()
    taken: Sequence[str] = ()
    made: Sequence[str] = ()

    def shape(self, port: int) -> Shape:
        """Return the shape at an input port.

        Raises:
            UnknownShapeError: when its rank is not known.
        """
        shape = self.shapes[port] if port < len(self.shapes) else None
        if shape is None:
            raise UnknownShapeError
        return shape

    def vector(self, port: int) -> Shape:
        """Return the whole numbers at an input port, a scalar as one of them.

        Raises:
            UnknownShapeError: when even their number is not known.
        """
        content = self.contents[port] if port < len(self.contents) else None
        if isinstance(content, tuple):
            if len(content) > MAX_RANK:
                raise UnknownShapeError
            return content
        if content is None:
            raise UnknownShapeError
        return (content,)

    def numbers(self, port: int) -> tuple[int, ...]:
        """Return the numbers at an input port.

        Raises:
            UnknownShapeError: when one of them is not known.
        """
        found = tuple(size for size in self.vector(port) if isinstance(size, int))
        if len(found) < len(self.vector(port)):
            raise UnknownShapeError
        return found

    def number(self, port: int) -> int:
        """Return the one number at an input port."""
        found = self.numbers(port)
        if len(found) != 1:
            raise UnknownShapeError
        return found[0]

    def number_or_name(self, port: int) -> Dimension:
        """Return the one size at an input port."""
        found = self.vector(port)
        if len(found) != 1:
            raise UnknownShapeError
        return found[0]

    def width_taken(self, port: int) -> int:
        """Return how many bytes a number at an input port takes.

        Raises:
            UnknownShapeError: when its dtype is not known, or of no numbers that NumPy knows.
        """
        return _width(self.taken, port)

    def width_made(self, output: int) -> int:
        """Return how many bytes a number of an output takes, as `width_taken` does."""
        return _width(self.made, output)

    def axis(self, port: int, rank: int) -> int:
        """Return the axis at an input port, counted from the front.

        Raises:
            IncompatibleError: when there is no such axis.
        """
        return axis_of(self.number(port), rank)

    def setting(self, name: str, default: int = 0) -> int:
        """Return a setting that is a whole number or a truth value."""
        value = self.settings.get(name, default)
        if not isinstance(value, int):
            raise UnknownShapeError
        return int(value)


def _width(dtypes: Sequence[str], place: int) -> int:
    dtype = dtypes[place] if place < len(dtypes) else ""
    if dtype not in NUMBERS:
        raise UnknownShapeError
    return np.dtype(NUMBERS[dtype][1]).itemsize


Rule: TypeAlias = Callable[[OpCall], Sequence[Shape | None]]
"""Returns the shapes of the outputs, as many as it knows of.

Raises UnknownShapeError or IncompatibleError.
"""


def first(rule: Callable[[OpCall], Shape]) -> Rule:
    """Return the rule of an operation with one output."""

    def wrapped(call: OpCall) -> Sequence[Shape | None]:
        return [rule(call)]

    return wrapped
