"""A TensorFlow graph while it is being turned into nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphscope.graph import Port
from graphscope.tracers.recorder import Call
from graphscope.tracers.tensorflow.shapes import AnyShapes


@dataclass(frozen=True, slots=True)
class WeightRead:
    """A tensor that is the value of a weight."""

    weight: str


Reference: TypeAlias = Port | WeightRead | None
"""What a TensorFlow tensor is in the document; None for one that has no place in it."""


@dataclass(slots=True)
class Body:
    """A TensorFlow graph that is being turned into nodes, once for each place it runs at."""

    graph: Any
    scope: str
    references: dict[str, Reference]
    """What the input placeholders stand for, then every tensor, by name."""
    shapes: AnyShapes
    outer: Body | None = None
    """The body around it, whose tensors it may capture."""
    scopes: dict[Call, str] = field(default_factory=dict)
    leaves: dict[Call, str] = field(default_factory=dict)
    consumers: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """Nodes and ports that take an input placeholder, by its tensor name."""
