"""A TensorFlow graph while it is being turned into nodes."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphscope.tracers.scopes import Reference, Region
from graphscope.tracers.tensorflow.shapes import AnyShapes


@dataclass(slots=True)
class Body(Region):
    """A TensorFlow graph that is being turned into nodes, once for each place it runs at."""

    references: dict[str, Reference]
    """What the input placeholders stand for, then every tensor, by name."""
    shapes: AnyShapes
    outer: Body | None = None
    """The body around it, whose tensors it may capture."""
    consumers: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """Nodes and ports that take an input placeholder, by its tensor name."""

    @property
    def counts_consumers(self) -> bool:
        """Whether anything asks for consumers: loops do, for the placeholders of their bodies."""
        return self.outer is not None
