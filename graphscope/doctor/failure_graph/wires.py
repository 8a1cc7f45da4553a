"""Which node makes a recorded tensor: by identity, by the backend's own graph, by shape at last."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from graphscope.doctor.failure_graph.lines import Lines
from graphscope.doctor.failure_graph.tensors import (
    history_of,
    is_anonymous,
    is_compatible,
    key_of,
    made_from,
    to_tensor_spec,
)
from graphscope.doctor.records import Spec
from graphscope.graph import NOTHING, ROOT, GraphBuilder, NodeKind, Port

MISSING = "computed"
"""Name of what stands for work that no Keras call did, so that it was not recorded."""


@dataclass(slots=True)
class OpenScope:
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


class Wires:
    """Leads tensors from the nodes that make them to those that take them.

    Args:
        builder: receives edges, inputs, and nodes for what was not recorded.
        lines: knows where inputs were made.
        aliases: tensors of calls that are left out, with those that stand for them.

    Attributes:
        scopes: the scopes that are being filled, the innermost last.
        subjects: calls and operations with their ids, by identity.
        refused: attributes of input layers that were given what they do not take, by identity.
        incomplete: whether something was computed that was not recorded.
        guessed: whether edges follow the shapes of tensors that were not kept.
    """

    def __init__(
        self, builder: GraphBuilder, lines: Lines, aliases: dict[Hashable, Hashable]
    ) -> None:
        self._builder = builder
        self._lines = lines
        self._aliases = aliases
        self._ports: dict[Hashable, Port] = {}
        self._specs: dict[Port, Spec | None] = {}
        self.scopes = [OpenScope(ROOT, is_call=False)]
        self.subjects: dict[int, tuple[Any, str]] = {}
        self.refused: dict[int, dict[str, Any]] = {}
        self.incomplete = False
        self.guessed = False

    @property
    def here(self) -> OpenScope:
        """The innermost scope."""
        return self.scopes[-1]

    def spec(self, port: Port) -> Spec | None:
        """Return the recorded spec of a tensor."""
        return self._specs.get(port)

    def alike(self, spec: Spec | None) -> Port | None:
        """Return the tensor of a shape that is most likely meant: the last that nothing took."""
        here = self.here
        for tensors in (list(here.loose.items()), here.made, here.given):
            for port, other in reversed(tensors):
                if is_compatible(other, spec):
                    return port
        return None

    def result(self, tensor: Any, spec: Spec | None) -> Port:
        """Return what makes a tensor that the innermost call returned."""
        here = self.here
        known = self.known(tensor) if here.is_patched else self.find(tensor, spec)
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

    def _key(self, tensor: Any) -> Hashable:
        key, seen = key_of(tensor), set()
        while key in self._aliases and key not in seen:
            seen.add(key)
            key = self._aliases[key]
        return key

    def make(self, tensor: Any, port: Port, spec: Spec | None) -> None:
        """Say that a node makes a tensor."""
        self._ports[self._key(tensor)] = port
        self._specs[port] = spec
        self.hold(port, spec)

    def hold(self, port: Port, spec: Spec | None) -> None:
        """Let a tensor be at hand in the innermost scope."""
        self.here.loose[port] = spec
        self.here.made.append((port, spec))

    def lead(self, port: Port, node: str, position: int) -> None:
        """Lead a tensor to a node."""
        for scope in self.scopes:
            scope.loose.pop(port, None)
        self._builder.add_edge(port, node, position)

    def port(self, tensor: Any, spec: Spec | None) -> Port:
        """Return what makes a tensor; an input, or a node for what was not recorded, if need be."""
        here = self.here
        known = self.known(tensor) if here.is_patched else self.find(tensor, spec)
        if known is not None:
            return known
        if here.is_call and (here.is_patched or is_anonymous(tensor)):
            alike = self.alike(spec)
            if alike is not None:
                self.guessed = True
                return alike
        for entry in here.given:
            if is_compatible(entry[1], spec):
                here.given.remove(entry)
                self._ports[self._key(tensor)] = entry[0]
                return entry[0]
        if not here.is_call:
            return self.add_input(tensor, spec)
        # What is computed between two calls comes from what is at hand; where that is one tensor
        # only, from this one.
        at_hand = [*here.loose, *(port for port, _ in here.given)]
        return self._compute(tensor, spec, at_hand if len(at_hand) == 1 else [])

    def known(self, tensor: Any) -> Port | None:
        """Return the port of a tensor that nodes here make."""
        return self._ports.get(self._key(tensor))

    def find(self, tensor: Any, spec: Spec | None) -> Port | None:
        """Return the port of a tensor, or of a node for what the backend's graph says led to it."""
        known = self.known(tensor)
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
            scope=self.here.id,
            outputs=(to_tensor_spec(spec),),
            attributes={"recorded": False},
        )
        for position, source in enumerate(dict.fromkeys(sources)):
            self.lead(source, node, position)
        self.make(tensor, Port(node), spec)
        return Port(node)

    def add_input(self, tensor: Any, spec: Spec | None, maker: Any = None) -> Port:
        """Add an input for a tensor that nothing here makes.

        Args:
            tensor: the tensor.
            spec: its shape.
            maker: the input layer that stands for it, where the tensor itself does not tell.
        """
        maker = history_of(tensor) or maker
        is_input = maker is None or type(maker).__name__ == "InputLayer"
        name = str(getattr(maker, "name", None) or "input")
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
