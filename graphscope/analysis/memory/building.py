"""From a graph to a program: nodes become steps, layers without an inside become several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import attrgetter

from graphscope.analysis.costs.trips import find_loops
from graphscope.analysis.memory.calls import CallWriter
from graphscope.analysis.memory.eager import find_retained
from graphscope.analysis.memory.program import Loop, Program, without_dead_steps
from graphscope.analysis.memory.traits import COLLECTED
from graphscope.analysis.memory.writer import ProgramWriter
from graphscope.graph import (
    EdgeKind,
    Graph,
    Node,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
)

_FLOWS = (EdgeKind.DATA, EdgeKind.MASK)
_target_port = attrgetter("target_port")


def build_program(graph: Graph, *, training: bool) -> Program:
    """Return the steps of a graph's forward pass.

    Args:
        graph: traced at inference, or read from a file. Of a traced training step the phase
            `forward` is taken.
        training: whether to add what only happens in training: the masks of dropout, the moments
            of batch normalization. A traced training step has them.
    """
    forward = _find_forward(graph)
    if forward is None:
        return _Builder(graph, graph.nodes, graph.outputs, training=training).build()
    inside = {forward.id}
    for scope in graph.scopes:
        if scope.parent in inside:
            inside.add(scope.id)
    free = (NodeKind.INPUT, NodeKind.CONSTANT)
    nodes = tuple(n for n in graph.nodes if n.scope in inside or n.kind in free)
    return _Builder(graph, nodes, forward.outputs, training=False).build()


def _find_forward(graph: Graph) -> Scope | None:
    phases = (scope for scope in graph.scopes if scope.kind is ScopeKind.PHASE)
    return next((phase for phase in phases if phase.name == "forward"), None)


class _Builder:
    def __init__(
        self, graph: Graph, nodes: Sequence[Node], outputs: Sequence[Port], *, training: bool
    ) -> None:
        self._graph = graph
        self._nodes = nodes
        self._outputs = outputs
        self._training = training
        self._program = ProgramWriter()
        self._tensors: dict[str, tuple[int, ...]] = {}
        """By node what it makes, port by port."""
        self._next_trips: list[tuple[int, list[Port]]] = []
        self._loops = self._find_loops()
        self._lists = _stacked_lists(graph)
        self._calls = CallWriter(graph, self._program, training=training)
        self._normalized: set[str] = set()

    def build(self) -> Program:
        for node in self._nodes:
            self._add(node)
        next_trips = {step: self._find(ports) for step, ports in self._next_trips}
        program = self._program.finish(self._find(self._outputs), next_trips)
        program = without_dead_steps(program)
        if self._graph.metadata.get("backend") != "torch":
            return program
        retained = find_retained(self._graph, program, self._tensors)
        return replace(program, is_eager=True, retained=retained)

    def _find(self, ports: Iterable[Port]) -> tuple[int, ...]:
        """Return the tensors of some ports, without those that nothing makes."""
        found = ((self._tensors.get(node, ()), port) for node, port in ports)
        return tuple(made[port] for made, port in found if 0 <= port < len(made))

    def _find_loops(self) -> dict[str, tuple[Loop, ...]]:
        counts = find_loops(self._graph)
        loops: dict[str, tuple[Loop, ...]] = {}
        for scope in self._graph.scopes:
            around = loops.get(scope.parent or "", ())
            if scope.id in counts:
                # A loop of unknown length counts once, as in the FLOPs.
                trips = scope.attributes.get("trip_count") or 1
                around = (*around, Loop(scope.id, trips))
            loops[scope.id] = around
        return loops

    def _add(self, node: Node) -> None:
        program = self._program
        if node.kind in (NodeKind.INPUT, NodeKind.CONSTANT):
            made = [program.add_static(spec, node.id) for spec in node.outputs]
            self._tensors[node.id] = tuple(made)
            return
        inputs, later = self._inputs(node)
        first = len(program)
        if node.kind is NodeKind.LAYER or node.attributes.get("pass_through"):
            outputs = self._calls.write(node, inputs, self._loops[node.scope])
        else:
            self._add_moments(node, inputs)
            outputs = program.add_step(
                node.type,
                inputs,
                self._specs(node),
                node=node.id,
                weights=node.weights,
                loops=self._loops_around(node),
            )
        self._tensors[node.id] = outputs
        if later and len(program) > first:
            self._next_trips.append((len(program) - 1, later))

    def _loops_around(self, node: Node) -> tuple[Loop, ...]:
        loops = self._loops[node.scope]
        # What collects the trips of a loop stands in it, and is made once.
        return loops[:-1] if node.type in COLLECTED and loops else loops

    def _inputs(self, node: Node) -> tuple[tuple[int, ...], list[Port]]:
        """Return the tensors that a node takes, and those that arrive from the trip before."""
        edges = self._graph.incoming.get(node.id, ())
        if len(edges) > 1:
            edges = sorted(edges, key=_target_port)
        inputs: list[int] = []
        later: list[Port] = []
        for edge in edges:
            kind, port, made = edge.kind, edge.source_port, self._tensors.get(edge.source, ())
            is_known = port < len(made)
            if kind is EdgeKind.STATE or (not is_known and kind in _FLOWS):
                later.append(edge.tensor)
            elif is_known and kind in _FLOWS:
                inputs.append(made[port])
        return tuple(inputs), later

    def _specs(self, node: Node) -> tuple[TensorSpec, ...]:
        stacked = self._lists.get(node.id)
        return node.outputs if stacked is None else (stacked,)

    def _add_moments(self, node: Node, inputs: tuple[int, ...]) -> None:
        # Traced at inference, a batch normalization uses its moving averages. In training it also
        # computes the moments of the batch, from all of its input.
        if not self._training or node.scope in self._normalized or not inputs:
            return
        scope = self._graph.scope_by_id[node.scope]
        if scope.type != "BatchNormalization":
            return
        taken = self._find(scope.inputs)
        if not taken:
            return
        self._normalized.add(node.scope)
        self._program.is_of_training = True
        self._program.add_moments(taken[0], node.id, self._loops[node.scope])


def _stacked_lists(graph: Graph) -> dict[str, TensorSpec]:
    """Return what the tensor lists that loops fill become, by the node that reserves each."""
    found: dict[str, TensorSpec] = {}
    source = _source_finder(graph)
    for node in graph.nodes:
        if node.type != "TensorListStack":
            continue
        seen: set[str] = set()
        current = source(node.id)
        while current is not None and current.id not in seen:
            seen.add(current.id)
            if current.type == "TensorListReserve":
                found[current.id] = node.outputs[0]
            current = source(current.id)
    return found


def _source_finder(graph: Graph) -> Callable[[str], Node | None]:
    def source(node: str) -> Node | None:
        for edge in graph.incoming.get(node, ()):
            if edge.target_port == 0 and edge.kind is EdgeKind.DATA:
                return graph.node_by_id[edge.source]
        return None

    return source
