"""From selected calls to the parts of a graph: nodes, scopes, and edges by tensor identity."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from graphscope.doctor.failure_graph.attempts import Attempt, Attempts, holds
from graphscope.doctor.failure_graph.failing_line import FailingLine
from graphscope.doctor.failure_graph.layers import LayerTable, input_names, is_built_in
from graphscope.doctor.failure_graph.lines import Lines
from graphscope.doctor.failure_graph.tensors import (
    history_of,
    is_anonymous,
    is_compatible,
    key_of,
    made_from,
    pairs,
    spec_of,
    to_tensor_spec,
)
from graphscope.doctor.records import CallRecord, Spec
from graphscope.graph import (
    NOTHING,
    ROOT,
    GraphBuilder,
    NodeKind,
    Port,
    ScopeKind,
    TensorSpec,
)

MISSING = "computed"
"""Name of what stands for work that no Keras call did, so that it was not recorded."""


@dataclass(slots=True)
class _Open:
    """A scope that is being filled.

    Attributes:
        id: of the scope.
        given: tensors that its call took and that nothing inside was matched with yet.
        loose: tensors inside that nothing has taken yet, in order.
        made: all tensors inside, in order.
        is_call: whether it is a call, which was given tensors; the root usually is none.
        is_patched: whether what is inside comes from several attempts.
    """

    id: str
    made: list[tuple[Port, Spec | None]] = field(default_factory=list)
    is_call: bool = True
    is_patched: bool = False
    given: list[tuple[Port, Spec | None]] = field(default_factory=list)
    loose: dict[Port, Spec | None] = field(default_factory=dict)


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
        subjects: calls and operations with their ids, by identity.
        culprit: id of what failed.
        refused: attributes of input layers that were given what they do not take, by identity.
        incomplete: whether something was computed that was not recorded.
        guessed: whether edges follow the shapes of tensors that were not kept.
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
        self._ports: dict[Hashable, Port] = {}
        self._specs: dict[Port, Spec | None] = {}
        self._open = [_Open(ROOT, is_call=False)]
        self._around: list[Any] = []
        self.subjects: dict[int, tuple[Any, str]] = {}
        self.culprit: str | None = None
        self.refused: dict[int, dict[str, Any]] = {}
        self.incomplete = False
        self.guessed = False

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
        names = input_names(whole.operation)
        given = list(pairs(whole.inputs, whole.input_specs))
        for position, (tensor, spec) in enumerate(given):
            name = names[position] if len(names) == len(given) else ""
            port = self._find(tensor, spec) or self._add_input(tensor, spec, name)
            self._open[-1].given.append((port, spec))
        self._open[-1].is_call = True
        attempt = self._inside(whole)
        self._open[-1].is_patched = attempt.is_patched
        self.add_calls(attempt.calls)
        ports = [] if whole.error is not None else self._results(whole)
        if self._failed is whole:
            self.culprit = self._add_failing_line() or ROOT
        return ports

    def ports_of(self, tensors: Iterable[Any]) -> list[Port]:
        """Return the ports of tensors that nodes here make."""
        found = (self._ports.get(self._key(tensor)) for tensor in tensors)
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
        ports = [self._port(t, spec) for t, spec in pairs(call.inputs, call.input_specs)]
        node = self._builder.add_node(
            call.name,
            call.class_name,
            NodeKind.LAYER if call.is_layer else NodeKind.OP,
            scope=self._open[-1].id,
            outputs=_specs(call),
            layer=self._layers.id_of(call),
            attributes=_attributes(call) if failed else NOTHING,
            source=self._lines.source(call),
        )
        self._name(call, node)
        if failed:
            self.culprit = node
        for position, port in enumerate(ports):
            self._lead(port, node, position)
        for output, (tensor, spec) in enumerate(pairs(call.outputs, call.output_specs)):
            self._make(tensor, Port(node, output), spec)

    def _add_scope(self, call: CallRecord, attempt: Attempt) -> None:
        given = [(self._port(t, spec), spec) for t, spec in pairs(call.inputs, call.input_specs)]
        scope = self._builder.open_scope(
            call.name,
            call.class_name,
            ScopeKind.LAYER if call.is_layer else ScopeKind.OPERATION,
            parent=self._open[-1].id,
            layer=self._layers.id_of(call),
            source=self._lines.source(call),
        )
        self._name(call, scope)
        self._open.append(_Open(scope, given=list(given), is_patched=attempt.is_patched))
        self._around.append(call.operation)
        self.add_calls(attempt.calls)
        self._around.pop()
        if self._failed is call:
            self.culprit = self._add_failing_line() or scope
        results = [] if call.error is not None else self._results(call)
        self._open.pop()
        for port in results:
            self._hold(port, self._specs.get(port))
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
            self._known(value) or _find_alike(self._open[-1], spec) or self._find(value, spec)
            for value, spec in given
        ]
        node = self._builder.add_node(
            line.text,
            "Computation",
            NodeKind.OP,
            scope=self._open[-1].id,
            attributes={"failed": True, "received": received or "nothing"},
            source=self._lines.at(line.position),
        )
        self._lines.put_position(node, line.position)
        sources = [port for port in found if port is not None]
        for position, port in enumerate(dict.fromkeys(sources)):
            self._lead(port, node, position)
        return node

    def _results(self, call: CallRecord) -> list[Port]:
        """Return the tensors inside a call that it returned."""
        return [
            self._result(tensor, spec) for tensor, spec in pairs(call.outputs, call.output_specs)
        ]

    def _result(self, tensor: Any, spec: Spec | None) -> Port:
        here = self._open[-1]
        known = self._known(tensor) if here.is_patched else self._find(tensor, spec)
        if known is not None:
            return known
        # Outside of it the call's result is another tensor than inside: the one there that nobody
        # took and that has this shape.
        for port in reversed(here.loose):
            if is_compatible(here.loose[port], spec):
                del here.loose[port]
                self._ports[self._key(tensor)] = port
                return port
        sources = list(here.loose) or [port for port, _ in here.given]
        here.loose.clear()
        return self._compute(tensor, spec, sources)

    def _name(self, call: CallRecord, id_: str) -> None:
        self.subjects[id(call)] = (call, id_)
        self.subjects[id(call.operation)] = (call.operation, id_)
        self._lines.put(id_, call)

    # Tensors -------------------------------------------------------------------------------

    def _key(self, tensor: Any) -> Hashable:
        key, seen = key_of(tensor), set()
        while key in self._aliases and key not in seen:
            seen.add(key)
            key = self._aliases[key]
        return key

    def _make(self, tensor: Any, port: Port, spec: Spec | None) -> None:
        self._ports[self._key(tensor)] = port
        self._specs[port] = spec
        self._hold(port, spec)

    def _hold(self, port: Port, spec: Spec | None) -> None:
        self._open[-1].loose[port] = spec
        self._open[-1].made.append((port, spec))

    def _lead(self, port: Port, node: str, position: int) -> None:
        for scope in self._open:
            scope.loose.pop(port, None)
        self._builder.add_edge(port, node, position)

    def _port(self, tensor: Any, spec: Spec | None) -> Port:
        """Return what makes a tensor; an input, or a node for what was not recorded, if need be."""
        here = self._open[-1]
        known = self._known(tensor) if here.is_patched else self._find(tensor, spec)
        if known is not None:
            return known
        if here.is_call and (here.is_patched or is_anonymous(tensor)):
            alike = _find_alike(here, spec)
            if alike is not None:
                self.guessed = True
                return alike
        for entry in here.given:
            if is_compatible(entry[1], spec):
                here.given.remove(entry)
                self._ports[self._key(tensor)] = entry[0]
                return entry[0]
        if not here.is_call:
            return self._add_input(tensor, spec)
        # What is computed between two calls comes from what is at hand; where that is one tensor
        # only, from this one.
        at_hand = [*here.loose, *(port for port, _ in here.given)]
        return self._compute(tensor, spec, at_hand if len(at_hand) == 1 else [])

    def _known(self, tensor: Any) -> Port | None:
        return self._ports.get(self._key(tensor))

    def _find(self, tensor: Any, spec: Spec | None) -> Port | None:
        known = self._known(tensor)
        if known is not None:
            return known
        sources = [self._ports[key] for key in made_from(tensor, self._ports)]
        if not sources:
            return None
        if len(sources) == 1 and is_compatible(self._specs.get(sources[0]), spec):
            # A cast, a copy: the same tensor to the reader.
            self._ports[self._key(tensor)] = sources[0]
            return sources[0]
        return self._compute(tensor, spec, sources)

    def _compute(self, tensor: Any, spec: Spec | None, sources: Iterable[Port]) -> Port:
        self.incomplete = True
        node = self._builder.add_node(
            MISSING,
            "Computation",
            NodeKind.OP,
            scope=self._open[-1].id,
            outputs=(to_tensor_spec(spec),),
            attributes={"recorded": False},
        )
        for position, source in enumerate(dict.fromkeys(sources)):
            self._lead(source, node, position)
        self._make(tensor, Port(node), spec)
        return Port(node)

    def _add_input(self, tensor: Any, spec: Spec | None, name: str = "") -> Port:
        maker = history_of(tensor)
        is_input = maker is None or type(maker).__name__ == "InputLayer"
        name = name or str(getattr(maker, "name", None) or "input")
        node = self._builder.add_node(
            name,
            "Input" if is_input else type(maker).__name__,
            NodeKind.INPUT,
            outputs=(to_tensor_spec(spec),),
            attributes=self.refused.get(id(maker), NOTHING),
            source=self._lines.source_of_creation(maker),
        )
        if maker is not None:
            self.subjects.setdefault(id(maker), (maker, node))
            self._lines.put_creation(node, maker)
        port = Port(node)
        self._ports[self._key(tensor)] = port
        self._specs[port] = spec
        return port


def _find_alike(scope: _Open, spec: Spec | None) -> Port | None:
    """Return the tensor of this shape that is most likely meant: the last that nothing took."""
    for tensors in (list(scope.loose.items()), scope.made, scope.given):
        for port, other in reversed(tensors):
            if is_compatible(other, spec):
                return port
    return None


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
