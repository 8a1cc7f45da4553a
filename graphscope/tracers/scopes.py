"""Calls as scopes of a document: what all tracers share, whatever their operations are like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from graphscope.graph import GraphBuilder, NodeKind, Port, ScopeKind, SourceLine, TensorSpec
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.recorder import Call


@dataclass(frozen=True, slots=True)
class WeightRead:
    """A tensor that is the value of a weight."""

    weight: str


Reference: TypeAlias = Port | WeightRead | None
"""What a backend's tensor is in the document; None for one that has no place in it."""


@dataclass(slots=True)
class Region:
    """A graph of the backend while it is being turned into nodes, once for each place it runs at.

    Attributes:
        graph: what `Call.context` is for the calls that were made while it was traced.
        scope: the scope that it fills.
        scopes: the scopes of calls that are open in it.
        leaves: the nodes of calls that only hand their inputs on.
    """

    graph: Any
    scope: str
    scopes: dict[Call, str] = field(default_factory=dict, kw_only=True)
    leaves: dict[Call, str] = field(default_factory=dict, kw_only=True)


class CallScopes:
    """Opens scopes for recorded calls when something happens inside them.

    Args:
        builder: receives the scopes.
        ownership: knows the ids of layers.
        lines: the line where a call of a functional model was written.

    Attributes:
        call_ids: the scope or node that stands for each call.
    """

    def __init__(
        self, builder: GraphBuilder, ownership: Ownership, lines: dict[Call, SourceLine]
    ) -> None:
        self._builder = builder
        self._ownership = ownership
        self._lines = lines
        self.call_ids: dict[Call, str] = {}

    def of(self, region: Region, call: Call) -> str:
        """Return the scope of a call, opening it and those around it when they are missing."""
        missing = []
        while call not in region.scopes and call.context is region.graph:
            missing.append(call)
            if call.parent is None:
                break
            call = call.parent
        scope = region.scopes.get(call, region.scope)
        for inner in reversed(missing):
            scope = region.scopes[inner] = self.call_ids[inner] = self._builder.open_scope(
                inner.operation.name,
                type(inner.operation).__name__,
                ScopeKind.LAYER if inner.is_layer else ScopeKind.OPERATION,
                parent=scope,
                layer=self._layer_id(inner),
                source=self._source(inner),
            )
        return scope

    def add_leaf(self, region: Region, call: Call, outputs: Iterable[TensorSpec]) -> str:
        """Return the one node of a call that only hands its inputs on, a port for each result."""
        node = region.leaves.get(call)
        if node is None:
            node = region.leaves[call] = self.call_ids[call] = self._builder.add_node(
                call.operation.name,
                type(call.operation).__name__,
                NodeKind.LAYER,
                scope=region.scope if call.parent is None else self.of(region, call.parent),
                outputs=tuple(outputs),
                layer=self._layer_id(call),
                attributes={"pass_through": True},
                source=self._source(call),
            )
        return node

    def fill(self, scope_id: str, inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> None:
        """Tell what the call of a scope took and returned."""
        scope = self._builder.get_scope(scope_id)
        self._builder.put_scope(replace(scope, inputs=inputs, outputs=outputs))

    def _layer_id(self, call: Call) -> str | None:
        return self._ownership.layer_id(call.operation) if call.is_layer else None

    def _source(self, call: Call) -> SourceLine | None:
        return call.source or self._lines.get(call)
