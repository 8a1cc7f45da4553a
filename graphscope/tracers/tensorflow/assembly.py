"""From a traced TensorFlow graph and the record of calls to the parts of a graph document.

Operations become nodes, calls become scopes. Loops, branches and called functions are opened: an
operation in a body takes its tensors straight from their producers outside, so that no argument
or return nodes stand between the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import tensorflow as tf

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
from graphscope.tracers.tensorflow.attributes import (
    called_functions,
    read_attributes,
    read_constant,
)
from graphscope.tracers.tensorflow.liveness import find_live_operations
from graphscope.tracers.tensorflow.operations import OperationLog
from graphscope.tracers.tensorflow.shapes import LOOP_TYPES, PlainShapes, ShapeProbe

BRANCH_TYPES = ("If", "StatelessIf", "Case", "StatelessCase")
CALL_TYPES = ("PartitionedCall", "StatefulPartitionedCall")


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
    shapes: PlainShapes | ShapeProbe
    scopes: dict[Call, str] = field(default_factory=dict)
    leaves: dict[Call, str] = field(default_factory=dict)
    consumers: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """Nodes and ports that take an input placeholder, by its tensor name."""


class Assembly:
    """Fills a graph builder from a traced graph.

    Args:
        builder: receives the parts.
        ownership: knows the ids of layers and weights.
        log: who made each operation.
        markers: identity operations that stand for pass-through results.
        variables: Keras variables by the name of their placeholder operation.
        lines: the line where a call of a functional model was written.

    Attributes:
        call_ids: the scope or node that stands for each call.
        dead: number of operations left out because nothing depends on them.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        ownership: Ownership,
        log: OperationLog,
        *,
        markers: set[Any],
        variables: dict[str, Any],
        lines: dict[Call, SourceLine],
        calls: list[Call],
    ) -> None:
        self._builder = builder
        self._ownership = ownership
        self._log = log
        self._markers = markers
        self._variables = variables
        self._lines = lines
        self._calls_by_graph: dict[int, list[Call]] = {}
        for call in calls:
            self._calls_by_graph.setdefault(id(call.context), []).append(call)
        self._full_calls = self._find_full_calls(calls)
        self._specs: dict[TensorSpec, TensorSpec] = {}
        self._mask_keys = {(id(mask.graph), mask.name) for call in calls for mask in call.masks}
        self._mask_ports: set[Port] = set()
        self.call_ids: dict[Call, str] = {}
        self.dead = 0

    # The body of a graph -------------------------------------------------------------------

    def add_body(self, body: Body, results: list[Any]) -> None:
        """Add everything that `results` or any recorded call depends on."""
        calls = self._calls_by_graph.get(id(body.graph), [])
        roots = [*results, *(tensor for call in calls for tensor in call.outputs)]
        live, dead = find_live_operations(body.graph, roots)
        self.dead += dead
        for operation in live:
            self._add_operation(body, operation)
        for call, scope in body.scopes.items():
            self._fill_scope(body, call, scope)

    def resolve(self, body: Body, tensor: Any) -> Reference:
        """Return what a tensor of the body stands for."""
        return body.references.get(tensor.name)

    def ports(self, body: Body, tensors: Iterable[Any]) -> tuple[Port, ...]:
        """Return the tensors that nodes of the document produce."""
        found = (self.resolve(body, tensor) for tensor in tensors)
        return tuple(dict.fromkeys(port for port in found if isinstance(port, Port)))

    def _add_operation(self, body: Body, operation: Any) -> None:
        if operation.outputs and operation.outputs[0].name in body.references:
            return  # an input placeholder
        variable = self._variables.get(operation.name)
        if variable is not None and operation.type == "Placeholder":
            self._add_variable(body, operation, variable)
        elif operation in self._markers:
            self._add_marker(body, operation)
        elif operation.type in (*LOOP_TYPES, *BRANCH_TYPES, *CALL_TYPES):
            self._add_control(body, operation)
        else:
            self._add_node(body, operation)

    def _add_variable(self, body: Body, operation: Any, variable: Any) -> None:
        weight = self._ownership.weight_id(variable)
        if weight is not None:
            body.references[operation.outputs[0].name] = WeightRead(weight)
            return
        node = self._builder.add_node(
            variable.name,
            "Variable",
            NodeKind.CONSTANT,
            scope=body.scope,
            outputs=self._outputs(body, operation),
            attributes={"variable": str(variable.path)},
        )
        body.references[operation.outputs[0].name] = Port(node)

    def _add_node(self, body: Body, operation: Any) -> None:
        creation = self._log.find(operation)
        captured = operation.type == "Placeholder"
        constant = captured or operation.type == "Const"
        scope = body.scope if creation is None else self._scope_of(body, creation.owner)
        attributes = read_attributes(operation.node_def)
        if operation.type == "Const":
            attributes = read_constant(operation)
        if creation is None and not constant:
            attributes["unowned"] = True
        node = self._builder.add_node(
            "captured" if captured else operation.type,
            "Captured" if captured else operation.type,
            NodeKind.CONSTANT if constant else NodeKind.OP,
            scope=scope,
            outputs=self._outputs(body, operation),
            weights=self._weights(body, operation.inputs),
            attributes=attributes,
            source=None if creation is None else creation.source,
        )
        self._connect(body, operation.inputs, node)
        self._connect_controls(body, operation, node)
        for tensor in operation.outputs:
            port = body.references[tensor.name] = Port(node, tensor.value_index)
            if (id(body.graph), tensor.name) in self._mask_keys:
                self._mask_ports.add(port)

    def _add_marker(self, body: Body, operation: Any) -> None:
        creation = self._log.find(operation)
        assert creation is not None, "markers are made inside calls"
        call = creation.owner
        if call in self._full_calls:
            self._add_node(body, operation)
            return
        # A call that only hands its input on is one node, with a port for each result.
        node = body.leaves.get(call)
        tensor = operation.outputs[0]
        source = self.resolve(body, operation.inputs[0])
        if not isinstance(source, Port):
            body.references[tensor.name] = source
            return
        if node is None:
            node = body.leaves[call] = self.call_ids[call] = self._builder.add_node(
                call.operation.name,
                type(call.operation).__name__,
                NodeKind.LAYER,
                scope=self._parent_scope(body, call),
                outputs=tuple(self._spec(body, output) for output in call.outputs),
                layer=self._ownership.layer_id(call.operation) if call.is_layer else None,
                source=self._source(call),
            )
        port = [output.name for output in call.outputs].index(tensor.name)
        self._builder.add_edge(source, node, port)
        body.references[tensor.name] = Port(node, port)

    # Loops, branches and functions ----------------------------------------------------------

    def _add_control(self, body: Body, operation: Any) -> None:
        functions = called_functions(operation)
        creation = self._log.find(operation)
        parent = body.scope if creation is None else self._scope_of(body, creation.owner)
        scope = self._builder.open_scope(
            _control_name(operation, functions),
            operation.type,
            ScopeKind.SUBGRAPH,
            parent=parent,
            source=None if creation is None else creation.source,
        )
        if operation.type in LOOP_TYPES:
            self._add_while(body, operation, scope, functions)
        elif operation.type in CALL_TYPES:
            inner = self._open(body, operation.inputs, functions["f"], scope)
            self._bind(body, operation, inner)
        else:
            self._add_branches(body, operation, scope, functions)

    def _add_while(self, body: Body, operation: Any, scope: str, functions: dict[str, Any]) -> None:
        parts = []
        for name in ("cond", "body"):
            inner_scope = self._builder.open_scope(name, name, ScopeKind.SUBGRAPH, parent=scope)
            parts.append(self._open(body, operation.inputs, functions[name], inner_scope))
        loop = parts[1]
        self._bind(body, operation, loop)
        _correct_shapes(body, operation, [loop])
        for index, result in enumerate(loop.graph.outputs):
            value = self.resolve(loop, result)
            if not isinstance(value, Port) or result.name == loop.graph.inputs[index].name:
                continue
            for part in parts:
                for node, port in part.consumers.get(part.graph.inputs[index].name, []):
                    self._builder.add_edge(value, node, port, EdgeKind.STATE)

    def _add_branches(
        self, body: Body, operation: Any, scope: str, functions: dict[str, Any]
    ) -> None:
        choice = operation.inputs[0]
        parts = []
        for name, graph in functions.items():
            inner_scope = self._builder.open_scope(name, "branch", ScopeKind.SUBGRAPH, parent=scope)
            parts.append(self._open(body, operation.inputs[1:], graph, inner_scope))
        _correct_shapes(body, operation, parts)
        node = self._builder.add_node(
            "choose",
            operation.type,
            NodeKind.OP,
            scope=scope,
            outputs=self._outputs(body, operation),
        )
        self._connect(body, [choice], node)
        count = len(operation.outputs)
        for number, part in enumerate(parts):
            self._connect(part, part.graph.outputs, node, first_port=1 + number * count)
        for tensor in operation.outputs:
            body.references[tensor.name] = Port(node, tensor.value_index)

    def _open(self, outer: Body, arguments: Iterable[Any], graph: Any, scope: str) -> Body:
        arguments = list(arguments)
        inner = Body(
            graph,
            scope,
            references={
                placeholder.name: self.resolve(outer, argument)
                for placeholder, argument in zip(graph.inputs, arguments, strict=True)
            },
            shapes=self._inner_shapes(outer, arguments, graph),
        )
        self.add_body(inner, list(graph.outputs))
        return inner

    def _inner_shapes(
        self, outer: Body, arguments: list[Any], graph: Any
    ) -> PlainShapes | ShapeProbe:
        if isinstance(outer.shapes, PlainShapes):
            return outer.shapes
        pairs = list(zip(graph.inputs, arguments, strict=True))
        return ShapeProbe(
            graph,
            {inner.op.name: outer.shapes.raw_shape(argument) for inner, argument in pairs},
            {inner.op.name: outer.shapes.handle(argument) for inner, argument in pairs},
        )

    def _bind(self, body: Body, operation: Any, inner: Body) -> None:
        for tensor, result in zip(operation.outputs, inner.graph.outputs, strict=True):
            body.references[tensor.name] = self.resolve(inner, result)

    # Scopes --------------------------------------------------------------------------------

    def _scope_of(self, body: Body, call: Call) -> str:
        """Return the scope of a call, opening it and those around it when they are missing."""
        missing = []
        while call not in body.scopes and call.context is body.graph:
            missing.append(call)
            if call.parent is None:
                break
            call = call.parent
        scope = body.scopes.get(call, body.scope)
        for inner in reversed(missing):
            scope = body.scopes[inner] = self.call_ids[inner] = self._builder.open_scope(
                inner.operation.name,
                type(inner.operation).__name__,
                ScopeKind.LAYER if inner.is_layer else ScopeKind.OPERATION,
                parent=scope,
                layer=self._ownership.layer_id(inner.operation) if inner.is_layer else None,
                source=self._source(inner),
            )
        return scope

    def _parent_scope(self, body: Body, call: Call) -> str:
        return body.scope if call.parent is None else self._scope_of(body, call.parent)

    def _source(self, call: Call) -> SourceLine | None:
        return call.source or self._lines.get(call)

    def _fill_scope(self, body: Body, call: Call, scope_id: str) -> None:
        scope = self._builder.get_scope(scope_id)
        self._builder.put_scope(
            replace(
                scope,
                inputs=self.ports(body, call.inputs),
                outputs=self.ports(body, call.outputs),
            )
        )

    def _find_full_calls(self, calls: list[Call]) -> set[Call]:
        """Return the calls that do more than hand their inputs on."""
        full = {call for call in calls if call.children}
        full.update(
            creation.owner
            for operation, creation in self._log.items()
            if operation not in self._markers
        )
        return full

    # Tensors -------------------------------------------------------------------------------

    def _outputs(self, body: Body, operation: Any) -> tuple[TensorSpec, ...]:
        return tuple(self._spec(body, tensor) for tensor in operation.outputs)

    def _spec(self, body: Body, tensor: Any) -> TensorSpec:
        spec = body.shapes.spec(tensor)
        return self._specs.setdefault(spec, spec)

    def _weights(self, body: Body, tensors: Iterable[Any]) -> tuple[str, ...]:
        found = (self.resolve(body, tensor) for tensor in tensors)
        return tuple(read.weight for read in found if isinstance(read, WeightRead))

    def _connect(
        self, body: Body, tensors: Iterable[Any], node: str, *, first_port: int = 0
    ) -> None:
        for port, tensor in enumerate(tensors, first_port):
            source = self.resolve(body, tensor)
            if isinstance(source, Port):
                kind = EdgeKind.MASK if source in self._mask_ports else EdgeKind.DATA
                self._builder.add_edge(source, node, port, kind)
                body.consumers.setdefault(tensor.name, []).append((node, port))

    def _connect_controls(self, body: Body, operation: Any, node: str) -> None:
        port = len(operation.inputs)
        for before in operation.control_inputs:
            source = self.resolve(body, before.outputs[0]) if before.outputs else None
            if isinstance(source, Port):
                self._builder.add_edge(source, node, port, EdgeKind.CONTROL)
                port += 1


def _correct_shapes(body: Body, operation: Any, parts: list[Body]) -> None:
    """Give a loop or branch the output shapes that its bodies have, if they agree."""
    if isinstance(body.shapes, PlainShapes):
        return
    before = [body.shapes.raw_shape(tensor) for tensor in operation.outputs]
    if operation.type not in LOOP_TYPES and all(shape.is_fully_defined() for shape in before):
        return
    candidates = [
        [part.shapes.raw_shape(result) for result in part.graph.outputs] for part in parts
    ]
    if operation.type in LOOP_TYPES:
        # What a loop is given must have the shape that it hands on, or the shape is not settled.
        candidates.append([body.shapes.raw_shape(tensor) for tensor in operation.inputs])
    after = [
        _agreed_shape(shapes, old)
        for shapes, old in zip(zip(*candidates, strict=True), before, strict=True)
    ]
    if [str(shape) for shape in after] != [str(shape) for shape in before]:
        body.shapes.correct(operation.name, after)


def _agreed_shape(shapes: tuple[Any, ...], old: Any) -> Any:
    """Return the most specific shape that all bodies have, `old` where they differ in rank."""
    if any(shape.rank is None or shape.rank != shapes[0].rank for shape in shapes):
        return old
    columns = zip(*(shape.as_list() for shape in shapes), strict=True)
    return tf.TensorShape([sizes[0] if len(set(sizes)) == 1 else None for sizes in columns])


def _control_name(operation: Any, functions: dict[str, Any]) -> str:
    if operation.type in CALL_TYPES:
        return str(functions["f"].name)
    return "while" if operation.type in LOOP_TYPES else "if"
