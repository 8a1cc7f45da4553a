"""What a graph is made of: small frozen values, true by construction.

Nothing here knows Keras. Ids are call paths with an ordinal (`encoder/dense#2`), so the same
program gives the same ids in every process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from graphscope.graph.dimension_text import prettify_factor

Dimension: TypeAlias = int | str | None
"""A size, a text in open sizes such as `B`, `128B` or `ceil(H/2)` (see `graph.dimensions`), or
None: unknown."""

BATCH = "B"
"""The name of the batch dimension."""

ROOT = "/"
"""The id of the scope that holds the whole graph."""

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""The empty attributes that all nodes without attributes share."""


def _nothing() -> Mapping[str, Any]:
    return NOTHING


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Shape and dtype of a tensor; a shape of None means that even the rank is unknown."""

    shape: tuple[Dimension, ...] | None
    dtype: str

    def __str__(self) -> str:
        return f"{format_shape(self.shape)} {self.dtype}".strip()

    @property
    def is_known(self) -> bool:
        """Whether every dimension is a number or a name."""
        return self.shape is not None and None not in self.shape


def format_shape(shape: tuple[Dimension, ...] | None) -> str:
    """Print a shape the way every view does.

    >>> format_shape((BATCH, 128, None)), format_shape((BATCH, "T+1", "ceil(H/2)"))
    ('B×128×?', 'B×(T+1)×⌈H/2⌉')
    >>> format_shape(()), format_shape(None)
    ('scalar', '?')
    """
    if shape is None:
        return "?"
    if not shape:
        return "scalar"
    return "×".join("?" if size is None else prettify_factor(str(size)) for size in shape)


class Port(NamedTuple):
    """An output of a node, counted from 0: the identity of a tensor."""

    node: str
    output: int = 0


class NodeKind(StrEnum):
    """What a node stands for."""

    INPUT = "input"
    CONSTANT = "constant"
    LAYER = "layer"
    """A layer call whose inside is unknown, not traced, or empty (a pass-through)."""
    OP = "op"
    """A single operation of the backend."""


class ScopeKind(StrEnum):
    """What a scope stands for."""

    LAYER = "layer"
    """The call of a layer or model."""
    OPERATION = "operation"
    """The call of a Keras operation that owns no weights (`keras.ops.add`)."""
    SUBGRAPH = "subgraph"
    """The body of a loop, a branch or a called function."""
    PHASE = "phase"
    """A part of a training step: `forward`, `loss`, `gradient`, `update` or `metrics`, and inside
    these what belongs to one layer or weight."""


class EdgeKind(StrEnum):
    """How a tensor reaches its consumer."""

    DATA = "data"
    MASK = "mask"
    """A Keras mask, which travels beside its tensor and not through arguments."""
    STATE = "state"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the user's program."""

    file: str
    line: int
    function: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Node:
    """One call of an operation, or of a layer whose inside is not shown.

    A shared layer that is called twice is two nodes and one layer.
    """

    id: str
    name: str
    type: str
    kind: NodeKind
    scope: str
    outputs: tuple[TensorSpec, ...] = ()
    layer: str | None = None
    weights: tuple[str, ...] = ()
    """Ids of the weights that this call reads."""
    attributes: Mapping[str, Any] = field(default_factory=_nothing, hash=False)
    """Facts of the operation as JSON values: strides, the value of a small constant, ..."""
    source: SourceLine | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A tensor, from an output port of one node to an input port of another."""

    source: str
    source_port: int
    target: str
    target_port: int
    kind: EdgeKind = EdgeKind.DATA

    @property
    def tensor(self) -> Port:
        """The tensor that this edge carries."""
        return Port(self.source, self.source_port)


@dataclass(frozen=True, slots=True)
class Scope:
    """The nested call in which nodes happened: what expands and collapses.

    `inputs` and `outputs` are the tensors that the call took as arguments and returned, as the
    tracer saw them at the call; they are recorded apart from the edges so that the two can be
    checked against each other.
    """

    id: str
    name: str
    type: str
    kind: ScopeKind
    parent: str | None
    layer: str | None = None
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=_nothing, hash=False)
    source: SourceLine | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """The object that owns weights. A layer that was never called has no node and no scope."""

    id: str
    name: str
    class_name: str
    module: str = ""
    trainable: bool = True
    weights: tuple[str, ...] = ()
    """Ids of the weights it owns itself, without those of its sublayers."""
    config: Mapping[str, Any] = field(default_factory=_nothing, hash=False)
    parent: str | None = None
    """Id of the layer that holds it as a sublayer."""
    has_unknown_weights: bool = False
    """Whether it may own further weights, which nobody could tell."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A variable owned by a layer, counted once however often it is read."""

    id: str
    name: str
    layer: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool = True

    @property
    def size(self) -> int:
        """Number of elements."""
        size = 1
        for extent in self.shape:
            size *= extent
        return size


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the reader or tracer could not know, said to the user."""

    code: str
    message: str
    subject: str | None = None
    """Id of the node, scope or layer it is about."""


@dataclass(frozen=True, slots=True)
class DeclaredEdge:
    """An edge between two calls that Keras's own functional graph declares.

    Both ends are ids of scopes or nodes that lie in the same scope. It is a second witness for
    the consistency check, independent of the recorded calls.
    """

    source: str
    target: str
