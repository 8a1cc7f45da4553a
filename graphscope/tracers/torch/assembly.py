"""From the tape of a run and the record of calls to the parts of a graph document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from graphscope.graph import (
    EdgeKind,
    GraphBuilder,
    NodeKind,
    Port,
    ScopeKind,
    SourceLine,
    TensorSpec,
)
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.recorder import Call
from graphscope.tracers.scopes import CallScopes, Reference, Region, WeightRead
from graphscope.tracers.torch.constants import read_constant
from graphscope.tracers.torch.liveness import find_live_operations
from graphscope.tracers.torch.shapes import Shapes
from graphscope.tracers.torch.tape import Block, Body, Operation, Value
from graphscope.tracers.torch.tensors import original


class Assembly:
    """Fills a graph builder from a tape.

    Args:
        builder: receives the parts.
        ownership: knows the ids of layers and weights.
        shapes: the specs of values.
        lines: the line where a call of a functional model was written.
        calls: all recorded calls.

    Attributes:
        scopes: the scopes of calls.
        dead: number of operations left out because nothing depends on them.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        ownership: Ownership,
        shapes: Shapes,
        *,
        lines: dict[Call, SourceLine],
        calls: list[Call],
    ) -> None:
        self._builder = builder
        self._ownership = ownership
        self._shapes = shapes
        self._calls = calls
        self.scopes = CallScopes(builder, ownership, lines)
        self._references: dict[Value, Reference] = {}
        self._consumers: dict[Value, list[tuple[str, int]]] = {}
        self._block_scopes: dict[Block, str] = {}
        # A float may be handed to a layer as its mask (weights of attention): that is data.
        self._masks = {
            original(mask)
            for call in calls
            for mask in call.masks
            if not mask.dtype.startswith(("float", "bfloat"))
        }
        self._mask_ports: set[Port] = set()
        self._specs: dict[TensorSpec, TensorSpec] = {}
        self._live: set[Operation] = set()
        self._full: set[Call] = set()
        self.dead = 0

    def add(self, region: Region, inputs: Iterable[tuple[Value, str]], results: list[Any]) -> None:
        """Add everything that `results` or any recorded call depends on."""
        for value, node in inputs:
            self._references[value] = Port(node)
        roots = [*results, *(value for call in self._calls for value in call.outputs)]
        roots += _left_by_failures(region.graph)
        self._live, self.dead = find_live_operations(region.graph, roots)
        self._full = {call for call in self._calls if call.children}
        self._full.update(
            operation.owner
            for operation in self._live
            if operation.owner is not None and not operation.is_marker
        )
        self._add_body(region)

    def ports(self, values: Iterable[Value]) -> tuple[Port, ...]:
        """Return the values that nodes of the document produce."""
        found = (self._references.get(original(value)) for value in values)
        return tuple(dict.fromkeys(port for port in found if isinstance(port, Port)))

    # Bodies --------------------------------------------------------------------------------

    def _add_body(self, region: Region) -> None:
        for entry in region.graph.entries:
            if isinstance(entry, Block):
                self._add_block(region, entry)
            elif entry not in self._live:
                continue
            elif entry.is_marker:
                self._add_marker(region, entry)
            else:
                self._add_node(region, entry)
        for call in self._calls:
            if call.failed and call.context is region.graph:
                self.scopes.of(region, call)
        for call, scope in region.scopes.items():
            self.scopes.fill(scope, self.ports(call.inputs), self.ports(call.outputs))

    def _add_block(self, region: Region, block: Block) -> None:
        if not any(self._is_live(body) for _, body in block.bodies):
            return
        parent = region.scope if block.owner is None else self.scopes.of(region, block.owner)
        scope = self._builder.open_scope(
            block.name, block.type, ScopeKind.SUBGRAPH, parent=parent, source=block.source
        )
        self._block_scopes[block] = scope
        trips = self._shapes.trips(block)
        if trips is not None:
            opened = self._builder.get_scope(scope)
            self._builder.put_scope(replace(opened, attributes={"trip_count": trips}))
        for name, body in block.bodies:
            type_ = name if block.type == "While" else "branch"
            inner = self._builder.open_scope(name, type_, ScopeKind.SUBGRAPH, parent=scope)
            self._add_body(Region(body, inner))
        for argument, result in block.carried:
            self._carry(argument, result)

    def _is_live(self, body: Body) -> bool:
        return any(
            any(self._is_live(inner) for _, inner in entry.bodies)
            if isinstance(entry, Block)
            else entry in self._live
            for entry in body.entries
        )

    def _carry(self, argument: Value, result: Value) -> None:
        port = self._references.get(original(result))
        if isinstance(port, Port) and original(result) is not original(argument):
            for node, target_port in self._consumers.get(argument, ()):
                self._builder.add_edge(port, node, target_port, EdgeKind.STATE)

    # Operations ----------------------------------------------------------------------------

    def _add_node(self, region: Region, operation: Operation) -> None:
        scope = self._scope(region, operation)
        sources = [self._resolve(value, scope, operation) for value in operation.inputs]
        attributes = self._shapes.attributes(operation)
        if operation.is_marker or operation.block is not None:
            attributes["synthetic"] = True
        if operation.owner is None:
            attributes["unowned"] = True
        node = self._builder.add_node(
            operation.name,
            operation.type,
            NodeKind.OP,
            scope=scope,
            outputs=[self._spec(value) for value in operation.outputs],
            weights=tuple(read.weight for read in sources if isinstance(read, WeightRead)),
            attributes=attributes,
            source=operation.source,
        )
        for port, (value, source) in enumerate(zip(operation.inputs, sources, strict=True)):
            if isinstance(source, Port):
                kind = EdgeKind.MASK if source in self._mask_ports else EdgeKind.DATA
                self._builder.add_edge(source, node, port, kind)
                self._consumers.setdefault(value, []).append((node, port))
        for index, value in enumerate(operation.outputs):
            made = self._references[value] = Port(node, index)
            if value in self._masks:
                self._mask_ports.add(made)

    def _scope(self, region: Region, operation: Operation) -> str:
        if operation.block is not None:
            return self._block_scopes[operation.block]
        return region.scope if operation.owner is None else self.scopes.of(region, operation.owner)

    def _add_marker(self, region: Region, operation: Operation) -> None:
        call, value = operation.owner, operation.outputs[0]
        assert call is not None, "markers are made inside calls"
        if call in self._full:
            self._add_node(region, operation)
            return
        # A call that only hands its input on is one node, with a port for each result.
        source = self._resolve(operation.inputs[0], region.scope, operation)
        if not isinstance(source, Port):
            self._references[value] = source
            return
        node = self.scopes.add_leaf(region, call, (self._spec(each) for each in call.outputs))
        port = call.outputs.index(value)
        self._builder.add_edge(source, node, port)
        self._references[value] = Port(node, port)

    # Values --------------------------------------------------------------------------------

    def _resolve(self, value: Value, scope: str, reader: Operation) -> Reference:
        value = original(value)
        if value not in self._references:
            self._references[value] = (
                self._read_constant(value, scope, reader)
                if value.variable is None
                else self._read_variable(value, scope)
            )
        return self._references[value]

    def _read_variable(self, value: Value, scope: str) -> Reference:
        weight = self._ownership.weight_id(value.variable)
        if weight is not None:
            return WeightRead(weight)
        node = self._builder.add_node(
            value.variable.name,
            "Variable",
            NodeKind.CONSTANT,
            scope=scope,
            outputs=[self._spec(value)],
            attributes={"variable": str(value.variable.path)},
        )
        return Port(node)

    def _read_constant(self, value: Value, scope: str, reader: Operation) -> Reference:
        name = "constant" if value.is_literal else "captured"
        node = self._builder.add_node(
            name,
            name.title(),
            NodeKind.CONSTANT,
            scope=scope,
            outputs=[self._spec(value)],
            attributes=read_constant(value.tensor),
            source=reader.source,
        )
        return Port(node)

    def _spec(self, value: Value) -> TensorSpec:
        spec = self._shapes.spec(value)
        return self._specs.setdefault(spec, spec)


def _left_by_failures(body: Body) -> list[Value]:
    """Return what calls that did not come to their end had computed by then."""
    return [
        value
        for entry in body.entries
        if isinstance(entry, Operation) and entry.owner is not None and entry.owner.failed
        for value in entry.outputs
    ]
