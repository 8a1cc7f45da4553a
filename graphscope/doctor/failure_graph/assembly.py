"""From selected calls to the parts of a graph: nodes, scopes, and edges by tensor identity."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

from graphscope.doctor.failure_graph.attempts import Attempt, Attempts, holds
from graphscope.doctor.failure_graph.failing_line import FailingLine
from graphscope.doctor.failure_graph.layers import LayerTable, input_layers, is_built_in
from graphscope.doctor.failure_graph.lines import Lines
from graphscope.doctor.failure_graph.tensors import (
    pairs,
    spec_of,
    to_tensor_spec,
)
from graphscope.doctor.failure_graph.wires import OpenScope, Wires
from graphscope.doctor.records import CallRecord
from graphscope.graph import (
    NOTHING,
    ROOT,
    GraphBuilder,
    NodeKind,
    Port,
    ScopeKind,
    TensorSpec,
)


class Assembly:
    """Fills a graph builder from calls.

    Args:
        builder: receives the parts.
        lines: knows where calls come from.
        failed: the innermost call that failed.
        attempts: knows what is shown inside calls.
        aliases: tensors of calls that are left out, with those that stand for them.
        failing_line: what raised, where it is not a call.

    Attributes:
        wires: lead tensors from node to node, and know the ids of what was recorded.
        culprit: id of what failed.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        lines: Lines,
        failed: CallRecord | None,
        attempts: Attempts,
        aliases: dict[Hashable, Hashable],
        failing_line: FailingLine | None = None,
    ) -> None:
        self._builder = builder
        self._layers = LayerTable(builder)
        self._lines = lines
        self._failed = failed
        self._attempts = attempts
        self._aliases = aliases
        self._failing_line = failing_line
        self.wires = Wires(builder, lines, aliases)
        self._around: list[Any] = []
        self.culprit: str | None = None

    def add_calls(self, calls: Iterable[CallRecord]) -> None:
        """Add calls with everything inside."""
        for call in calls:
            self._add_call(call)

    def add_inside(self, whole: CallRecord) -> list[Port]:
        """Let the root stand for a call, add what is inside, and return what it returned."""
        self._name(whole, ROOT)
        scope = self._builder.get_scope(ROOT)
        layer = self._layers.id_of(whole)
        self._builder.put_scope(replace(scope, layer=layer, source=self._lines.source(whole)))
        makers = input_layers(whole.operation)
        given = list(pairs(whole.inputs, whole.input_specs))
        for position, (tensor, spec) in enumerate(given):
            maker = makers[position] if len(makers) == len(given) else None
            port = self.wires.find(tensor, spec) or self.wires.add_input(tensor, spec, maker)
            self.wires.here.given.append((port, spec))
        self.wires.here.is_call = True
        attempt = self._inside(whole)
        self.wires.here.is_patched = attempt.is_patched
        self.add_calls(attempt.calls)
        ports = [] if whole.error is not None else self._results(whole)
        if self._failed is whole:
            self.culprit = self._add_failing_line() or ROOT
        return ports

    def ports_of(self, tensors: Iterable[Any]) -> list[Port]:
        """Return the ports of tensors that nodes here make."""
        found = (self.wires.known(tensor) for tensor in tensors)
        return [port for port in found if port is not None]

    # Calls ---------------------------------------------------------------------------------

    def _add_call(self, call: CallRecord) -> None:
        attempt = self._inside(call)
        if attempt.calls:
            self._add_scope(call, attempt)
        else:
            self._add_leaf(call)

    def _inside(self, call: CallRecord) -> Attempt:
        """Return what is shown inside a call; nothing for Keras's own layers around their own.

        Which Dense and cells MultiHeadAttention and LSTM are made of is no news, unless a layer of
        the user's is in them.
        """
        # A layer that calls itself would never end where calls are taken from other attempts.
        is_open = any(call.operation is around for around in self._around)
        if (is_built_in(call.operation) and not _is_foreign(call)) or (
            is_open and not call.children
        ):
            return Attempt([])
        return self._attempts.inside(call, self._aliases)

    def _add_leaf(self, call: CallRecord) -> None:
        failed = self._failed is not None and holds(call, self._failed)
        ports = [self.wires.port(t, spec) for t, spec in pairs(call.inputs, call.input_specs)]
        node = self._builder.add_node(
            call.name,
            call.class_name,
            NodeKind.LAYER if call.is_layer else NodeKind.OP,
            scope=self.wires.here.id,
            outputs=_specs(call),
            layer=self._layers.id_of(call),
            attributes=_attributes(call) if failed else NOTHING,
            source=self._lines.source(call),
        )
        self._name(call, node)
        if failed:
            self.culprit = node
        for position, port in enumerate(ports):
            self.wires.lead(port, node, position)
        for output, (tensor, spec) in enumerate(pairs(call.outputs, call.output_specs)):
            self.wires.make(tensor, Port(node, output), spec)

    def _add_scope(self, call: CallRecord, attempt: Attempt) -> None:
        given = [
            (self.wires.port(t, spec), spec) for t, spec in pairs(call.inputs, call.input_specs)
        ]
        scope = self._builder.open_scope(
            call.name,
            call.class_name,
            ScopeKind.LAYER if call.is_layer else ScopeKind.OPERATION,
            parent=self.wires.here.id,
            layer=self._layers.id_of(call),
            source=self._lines.source(call),
        )
        self._name(call, scope)
        self.wires.scopes.append(OpenScope(scope, given=list(given), is_patched=attempt.is_patched))
        self._around.append(call.operation)
        self.add_calls(attempt.calls)
        self._around.pop()
        if self._failed is call:
            self.culprit = self._add_failing_line() or scope
        results = [] if call.error is not None else self._results(call)
        self.wires.scopes.pop()
        for port in results:
            self.wires.hold(port, self.wires.spec(port))
        self._builder.put_scope(
            replace(
                self._builder.get_scope(scope),
                inputs=tuple(dict.fromkeys(port for port, _ in given)),
                outputs=tuple(dict.fromkeys(results)),
                attributes=_attributes(call) if self._failed is call else NOTHING,
            )
        )

    def _add_failing_line(self) -> str | None:
        """Add what the code of the innermost scope did when it failed: no call, but a line."""
        line = self._failing_line
        if line is None:
            return None
        given = [(value, spec) for value in line.values if (spec := spec_of(value)) is not None]
        received = ", ".join(str(spec) for _, spec in given)
        found = [
            self.wires.known(value) or self.wires.alike(spec) or self.wires.find(value, spec)
            for value, spec in given
        ]
        node = self._builder.add_node(
            line.text,
            "Computation",
            NodeKind.OP,
            scope=self.wires.here.id,
            attributes={"failed": True, "received": received or "nothing"},
            source=self._lines.at(line.position),
        )
        self._lines.put_position(node, line.position)
        sources = [port for port in found if port is not None]
        for position, port in enumerate(dict.fromkeys(sources)):
            self.wires.lead(port, node, position)
        return node

    def _results(self, call: CallRecord) -> list[Port]:
        """Return the tensors inside a call that it returned."""
        return [
            self.wires.result(tensor, spec)
            for tensor, spec in pairs(call.outputs, call.output_specs)
        ]

    def _name(self, call: CallRecord, id_: str) -> None:
        self.wires.subjects[id(call)] = (call, id_)
        self.wires.subjects[id(call.operation)] = (call.operation, id_)
        self._lines.put(id_, call)


def _is_foreign(call: CallRecord) -> bool:
    """Whether something inside a call is not Keras's own."""
    waiting = list(call.children)
    while waiting:
        inner = waiting.pop()
        if inner.is_layer and not is_built_in(inner.operation):
            return True
        waiting += inner.children
    return False


def _specs(call: CallRecord) -> tuple[TensorSpec, ...]:
    return tuple(to_tensor_spec(spec) for _, spec in pairs(call.outputs, call.output_specs))


def _attributes(call: CallRecord) -> dict[str, Any]:
    received = ", ".join(str(spec) for spec in call.input_specs)
    return {"failed": True, "received": received or "nothing"}
