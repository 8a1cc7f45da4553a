"""What a shape rule is given: a layer's settings and the shapes that reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphscope.readers.shapes.dimensions import IncompatibleError, Shape
from graphscope.readers.shapes.settings import Settings

Infer: TypeAlias = Callable[[Any, Sequence[Shape]], Sequence[Shape] | None]


@dataclass(frozen=True)
class LayerCall:
    """One call of one layer."""

    settings: Settings
    inputs: Sequence[Shape]
    """Shapes of all tensor arguments, masks left out, in the order of the arguments."""
    infer: Infer
    """Applies the rule of another layer, given as it is serialized in the file (wrappers)."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Arguments that are no tensors, by name or position."""
    paths: Sequence[tuple[int | str, ...]] = ()
    """Where each input stands among the arguments; nothing where that is not known."""

    def input(self, rank: int | None = None, *, at_least: int = 0) -> Shape:
        """Return the shape of the first input.

        Raises:
            IncompatibleError: when there is none, or it has the wrong rank.
        """
        if not self.inputs:
            raise IncompatibleError("it is called without a tensor")
        shape = self.inputs[0]
        if rank is not None and len(shape) != rank:
            raise IncompatibleError(f"it takes rank {rank} and receives rank {len(shape)}")
        if len(shape) < at_least:
            raise IncompatibleError(f"it takes rank {at_least} or more, not {len(shape)}")
        return shape

    def steps_to(self, index: int) -> tuple[int | str, ...]:
        """Return through which lists and dictionaries an input was reached."""
        return self.paths[index] if index < len(self.paths) else ()

    def spatial(self, dimensions: int) -> tuple[Shape, int]:
        """Return the spatial sizes of the first input and the axis of its channels."""
        shape = self.input(dimensions + 2)
        if self.settings.channels_first():
            return shape[2:], 1
        return shape[1:-1], len(shape) - 1

    def with_spatial(self, sizes: Shape, channels: Any) -> Shape:
        """Return the first input's shape with other spatial sizes and channels."""
        batch = self.input()[0]
        if self.settings.channels_first():
            return (batch, channels, *sizes)
        return (batch, *sizes, channels)


Rule: TypeAlias = Callable[[LayerCall], "Sequence[Shape] | None"]
"""Returns the shape of every output; None when the file does not say enough.

Raises:
    IncompatibleError: when the layer cannot take its inputs.
    ReadError: when the layer's settings are impossible.
"""
