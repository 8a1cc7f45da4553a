"""From the traced graph of a step to the parts of a graph document.

Beyond what an inference graph has, a step reads and writes variables through handles. A read is
the weight itself, or, after a write, the value that was written, which arrives as state.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphscope.analysis.phases import UPDATE
from graphscope.graph import EdgeKind, NodeKind, Port, TensorSpec
from graphscope.tracers.recorder import Call
from graphscope.tracers.scopes import CallScopes, Reference, Region, WeightRead
from graphscope.tracers.steps.parts import Part
from graphscope.tracers.tensorflow.assembly import Assembly
from graphscope.tracers.tensorflow.bodies import Body
from graphscope.tracers.tensorflow.control_flow import CONTROL_TYPES
from graphscope.tracers.tensorflow.liveness import find_live_operations
from graphscope.tracers.tensorflow.training.flow import producers_first
from graphscope.tracers.tensorflow.training.owners import PhaseFinder, is_assignment

READS = ("ReadVariableOp",)


class StepScopes(CallScopes):
    """Scopes of calls, those of phases and their parts among them.

    Attributes:
        parts: what the scopes stand for that are no calls of Keras.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.parts: dict[str, Part] = {}

    def of(self, region: Region, call: Call) -> str:
        """Return the scope of a call, opening it and those around it when they are missing."""
        scope = super().of(region, call)
        current: Call | None = call
        while current is not None and current in region.scopes:
            id_ = region.scopes[current]
            if id_ in self.parts:
                break
            if isinstance(current.operation, Part):
                self.parts[id_] = current.operation
            current = current.parent
        return scope


Written = dict[Any, list[Port]]
"""The values last written to a variable, by what the variable is in the document: one, or one for
each branch that wrote it."""


class StepAssembly(Assembly):
    """Fills a graph builder from the traced graph of a step.

    Args:
        saved: operations that save values for the gradient while the forward pass runs.
        slots: the weight and kind of each slot of an optimizer, by the id of its variable.

    Attributes:
        placed: the node, or the scope of a loop, branch or called function, of each operation; the
            first one where a body runs at several places.
        assignments: the variable that each assignment node writes.
        variable_nodes: the variable that each node of a variable stands for.
        state_ports: tensors that reach their consumers beside arguments.
    """

    def __init__(
        self,
        *args: Any,
        slots: dict[int, tuple[Any, str]],
        saved: set[Any],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._saved = saved
        self._slots = slots
        self.scopes = self._step_scopes = StepScopes(
            self._builder, self._ownership, options["lines"]
        )
        self.placed: dict[Any, str] = {}
        self.operations: dict[str, Any] = {}
        self.assignments: dict[str, Any] = {}
        self.state_ports: set[Port] = set()
        self._handles: dict[Any, Any] = {}
        self._written: dict[int, Written] = {}
        self._finished: dict[int, list[Written]] = {}

    @property
    def parts(self) -> dict[str, Part]:
        """What the scopes stand for that are no calls of Keras."""
        return self._step_scopes.parts

    def add_body(self, body: Body, results: list[Any]) -> None:
        """Add everything that matters in a body, producers first.

        The gradient of a loop adds inputs to the loop that are made after it.
        """
        self._written[id(body)] = {}
        calls = self._calls_by_graph.get(id(body.graph), [])
        roots = [*results, *(tensor for call in calls for tensor in call.outputs)]
        live, dead = find_live_operations(body.graph, roots)
        self.dead += dead
        for operation in producers_first(live):
            self._add_operation(body, operation)
        for call, scope in body.scopes.items():
            self.scopes.fill(scope, self.ports(body, call.inputs), self.ports(body, call.outputs))
        written = self._written.pop(id(body))
        if body.outer is not None:
            self._finished.setdefault(id(body.outer), []).append(written)

    def _add_operation(self, body: Body, operation: Any) -> None:
        if operation.type == "VarHandleOp" and operation.name in self._variables:
            variable = self._variables[operation.name]
            self._add_variable(body, operation, variable)
            self._handles[body.references[operation.outputs[0].name]] = variable
        elif operation.type == "IdentityN" and self._is_exchange(operation):
            for before, after in zip(operation.inputs, operation.outputs, strict=True):
                body.references[after.name] = self.resolve(body, before)
        elif operation.type in READS:
            self._add_read(body, operation)
        elif is_assignment(operation):
            self._add_assignment(body, operation)
        elif operation.type in CONTROL_TYPES:
            self._place(operation, self._control_flow.add(body, operation))
            self._merge(body)
        else:
            super()._add_operation(body, operation)

    def _add_node(self, body: Body, operation: Any) -> None:
        super()._add_node(body, operation)
        if operation.outputs:
            reference = body.references[operation.outputs[0].name]
            assert isinstance(reference, Port), "a node was just made for it"
            self._place(operation, reference.node)
            if operation in self._saved:
                # What is saved in a loop leaves the calls in it beside what they return.
                ports = (Port(reference.node, each.value_index) for each in operation.outputs)
                self.state_ports.update(ports)

    def _place(self, operation: Any, id_: str) -> None:
        self.placed.setdefault(operation, id_)
        self.operations[id_] = operation

    def _is_exchange(self, operation: Any) -> bool:
        """Whether an operation hands on the gradients of all weights between replicas.

        On one device it does nothing, but would tie the updates of all weights together.
        """
        creation = self._log.find(operation)
        return creation is not None and PhaseFinder.name_above(creation.owner) == UPDATE

    def _add_variable(self, body: Body, operation: Any, variable: Any) -> None:
        if self._ownership.weight_id(variable) is not None:
            super()._add_variable(body, operation, variable)
            return
        creation = self._log.find(operation)
        weight, kind = self._slots.get(id(variable), (None, ""))
        attributes = {"variable": str(variable.path)}
        weight_id = None if weight is None else self._ownership.weight_id(weight)
        node = self._builder.add_node(
            kind or variable.name,
            "Slot" if kind else "Variable",
            NodeKind.CONSTANT,
            scope=body.scope if creation is None else self.scopes.of(body, creation.owner),
            outputs=(_spec_of(variable),),
            attributes={**attributes, "slot_of": weight_id} if weight_id else attributes,
        )
        body.references[operation.outputs[0].name] = Port(node)

    def _add_read(self, body: Body, operation: Any) -> None:
        variable = self.resolve(body, operation.inputs[0])
        ports = self._find_written(body, variable)
        output = operation.outputs[0].name
        body.references[output] = ports[-1] if ports else variable

    def _add_assignment(self, body: Body, operation: Any) -> None:
        reference = self.resolve(body, operation.inputs[0])
        variable = self._handles.get(reference)
        creation = self._log.find(operation)
        node = self._builder.add_node(
            operation.type,
            operation.type,
            NodeKind.OP,
            scope=body.scope if creation is None else self.scopes.of(body, creation.owner),
            outputs=() if variable is None else (_spec_of(variable),),
            weights=(reference.weight,) if isinstance(reference, WeightRead) else (),
            attributes={"assigns": _name_of(self._ownership, variable)},
            source=None if creation is None else creation.source,
        )
        self._place(operation, node)
        self.assignments[node] = variable
        for port in self._find_written(body, reference) or (
            [reference] if isinstance(reference, Port) else []
        ):
            self._builder.add_edge(port, node, 0, EdgeKind.STATE)
        self.connect(body, operation.inputs[1:], node, first_port=1)
        if variable is not None:
            port = Port(node)
            self.state_ports.add(port)
            self._written[id(body)][reference] = [port]

    def _find_written(self, body: Body, variable: Any) -> list[Port]:
        home: Body | None = body
        while home is not None:
            found = self._written.get(id(home), {}).get(variable)
            if found:
                return found
            home = home.outer
        return []

    def _weights(self, references: Iterable[Reference]) -> tuple[str, ...]:
        """Return the weights among tensors, those among them that were written before."""
        found = []
        for reference in references:
            if isinstance(reference, WeightRead):
                found.append(reference.weight)
            elif isinstance(reference, Port) and reference.node in self.assignments:
                weight = self._ownership.weight_id(self.assignments[reference.node])
                found += [] if weight is None else [weight]
        return tuple(found)

    def _merge(self, body: Body) -> None:
        """After a branch or loop, what it wrote counts."""
        merged: Written = {}
        for written in self._finished.pop(id(body), []):
            for variable, ports in written.items():
                merged.setdefault(variable, []).extend(ports)
        self._written[id(body)].update(merged)


def _spec_of(variable: Any) -> TensorSpec:
    return TensorSpec(tuple(int(size) for size in variable.shape), str(variable.dtype))


def _name_of(ownership: Any, variable: Any) -> str:
    if variable is None:
        return "?"
    return str(ownership.weight_id(variable) or variable.path)
