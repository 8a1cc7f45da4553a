"""From a traced TensorFlow graph and the record of calls to the parts of a graph document.

Operations become nodes, calls become scopes. Loops, branches and called functions are opened: an
operation in a body takes its tensors straight from their producers outside, so that no argument
or return nodes stand between the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphscope.graph import (
    EdgeKind,
    GraphBuilder,
    NodeKind,
    Port,
    SourceLine,
    TensorSpec,
)
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.recorder import Call
from graphscope.tracers.scopes import CallScopes, Reference, WeightRead
from graphscope.tracers.tensorflow.attributes import AttributeReader
from graphscope.tracers.tensorflow.bodies import Body
from graphscope.tracers.tensorflow.control_flow import CONTROL_TYPES, ControlFlow
from graphscope.tracers.tensorflow.liveness import find_live_operations
from graphscope.tracers.tensorflow.operations import OperationLog


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
        scopes: the scopes of calls.
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
        self.scopes = CallScopes(builder, ownership, lines)
        self._log = log
        self._control_flow = ControlFlow(builder, self, log)
        self._markers = markers
        self._variables = variables
        self._calls_by_graph: dict[int, list[Call]] = {}
        for call in calls:
            self._calls_by_graph.setdefault(id(call.context), []).append(call)
        self._full_calls = self._find_full_calls(calls)
        self._attributes = AttributeReader()
        # A float may be handed to a layer as its mask (weights of attention): that is data.
        self._mask_keys = {
            (id(mask.graph), mask.name)
            for call in calls
            for mask in call.masks
            if not mask.dtype.is_floating
        }
        self._mask_ports: set[Port] = set()
        self._failed = [call for call in calls if call.failed]
        self.dead = 0

    # The body of a graph -------------------------------------------------------------------

    def add_body(self, body: Body, results: list[Any]) -> None:
        """Add everything that `results` or any recorded call depends on."""
        calls = self._calls_by_graph.get(id(body.graph), [])
        roots = [*results, *(tensor for call in calls for tensor in call.outputs)]
        roots += self._left_by_failures(body.graph)
        live, dead = find_live_operations(body.graph, roots)
        self.dead += dead
        for operation in live:
            self._add_operation(body, operation)
        for call in self._failed:
            if call.context is body.graph:
                self.scopes.of(body, call)
        for call, scope in body.scopes.items():
            self.scopes.fill(scope, self.ports(body, call.inputs), self.ports(body, call.outputs))

    def _left_by_failures(self, graph: Any) -> list[Any]:
        """Return what calls that did not come to their end had computed by then."""
        if not self._failed:
            return []
        return [
            tensor
            for operation, creation in self._log.items()
            if creation.owner.failed and operation.graph is graph
            for tensor in operation.outputs
        ]

    def resolve(self, body: Body, tensor: Any) -> Reference:
        """Return what a tensor of the body stands for."""
        home: Body | None = body
        # A call inside a body may be given a tensor from outside; only the operations that use it
        # take an argument of the body instead.
        while home is not None and home.graph is not tensor.graph:
            home = home.outer
        return None if home is None else home.references.get(tensor.name)

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
        elif operation.type in CONTROL_TYPES:
            self._control_flow.add(body, operation)
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
            outputs=self.outputs(body, operation),
            attributes={"variable": str(variable.path)},
        )
        body.references[operation.outputs[0].name] = Port(node)

    def _add_node(self, body: Body, operation: Any) -> None:
        type_, inputs = operation.type, operation.inputs
        creation = self._log.find(operation)
        captured = type_ == "Placeholder"
        constant = captured or type_ == "Const"
        references = [self.resolve(body, tensor) for tensor in inputs]
        attributes = (
            {"synthetic": True} if operation in self._markers else self._attributes.read(operation)
        )
        if creation is None and not constant:
            attributes = {**attributes, "unowned": True}
        node = self._builder.add_node(
            "captured" if captured else type_,
            "Captured" if captured else type_,
            NodeKind.CONSTANT if constant else NodeKind.OP,
            scope=body.scope if creation is None else self.scopes.of(body, creation.owner),
            outputs=self.outputs(body, operation),
            weights=self._weights(references),
            attributes=attributes,
            source=None if creation is None else creation.source,
        )
        self._connect(body, zip(inputs, references, strict=True), node, 0)
        self._connect_controls(body, operation, node)
        for index, tensor in enumerate(operation.outputs):
            port = body.references[tensor.name] = Port(node, index)
            if self._mask_keys and (id(body.graph), tensor.name) in self._mask_keys:
                self._mask_ports.add(port)

    def _add_marker(self, body: Body, operation: Any) -> None:
        creation = self._log.find(operation)
        assert creation is not None, "markers are made inside calls"
        call = creation.owner
        if call in self._full_calls:
            self._add_node(body, operation)
            return
        # A call that only hands its input on is one node, with a port for each result.
        tensor = operation.outputs[0]
        source = self.resolve(body, operation.inputs[0])
        if not isinstance(source, Port):
            body.references[tensor.name] = source
            return
        node = self.scopes.add_leaf(
            body, call, (body.shapes.spec(output) for output in call.outputs)
        )
        port = [output.name for output in call.outputs].index(tensor.name)
        self._builder.add_edge(source, node, port)
        body.references[tensor.name] = Port(node, port)

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

    def outputs(self, body: Body, operation: Any) -> tuple[TensorSpec, ...]:
        """Return the specs of what an operation computes."""
        return body.shapes.specs(operation)

    def _weights(self, references: Iterable[Reference]) -> tuple[str, ...]:
        return tuple(read.weight for read in references if isinstance(read, WeightRead))

    def connect(
        self, body: Body, tensors: Iterable[Any], node: str, *, first_port: int = 0
    ) -> None:
        """Lead tensors of the body to the input ports of a node."""
        found = ((tensor, self.resolve(body, tensor)) for tensor in tensors)
        self._connect(body, found, node, first_port)

    def _connect(
        self, body: Body, found: Iterable[tuple[Any, Reference]], node: str, first_port: int
    ) -> None:
        for port, (tensor, source) in enumerate(found, first_port):
            if isinstance(source, Port):
                kind = EdgeKind.MASK if source in self._mask_ports else EdgeKind.DATA
                self._builder.add_edge(source, node, port, kind)
                if body.counts_consumers:
                    body.consumers.setdefault(tensor.name, []).append((node, port))

    def _connect_controls(self, body: Body, operation: Any, node: str) -> None:
        controls = operation.control_inputs
        port = len(operation.inputs) if controls else 0
        for before in controls:
            source = self.resolve(body, before.outputs[0]) if before.outputs else None
            if isinstance(source, Port):
                self._builder.add_edge(source, node, port, EdgeKind.CONTROL)
                port += 1
