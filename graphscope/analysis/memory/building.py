"""From a graph to a program: nodes become steps, layers without an inside become several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graphscope.analysis.costs.trips import find_loops
from graphscope.analysis.memory.eager import find_retained
from graphscope.analysis.memory.expansion import Expansion
from graphscope.analysis.memory.layers import expand_layer
from graphscope.analysis.memory.program import Loop, Program, add_moments, without_dead_steps
from graphscope.analysis.memory.traits import COLLECTED
from graphscope.graph import (
    EdgeKind,
    Graph,
    Layer,
    Node,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
)

_FLOWS = (EdgeKind.DATA, EdgeKind.MASK)


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
        self._program = Program()
        self._tensors: dict[str, tuple[int, ...]] = {}
        """By node what it makes, port by port."""
        self._next_trips: list[tuple[int, list[Port]]] = []
        self._loops = self._find_loops()
        self._lists = _stacked_lists(graph)
        self._untrained = {weight.id for weight in graph.weights if not weight.trainable}
        self._normalized: set[str] = set()

    def build(self) -> Program:
        for node in self._nodes:
            self._add(node)
        program = self._program
        for step, ports in self._next_trips:
            program.next_trips[step] = self._find(ports)
        program.results = list(self._find(self._outputs))
        program = without_dead_steps(program)
        if self._graph.metadata.get("backend") == "torch":
            program.is_eager = True
            program.retained = find_retained(self._graph, program, self._tensors)
        return program

    def _find(self, ports: Iterable[Port]) -> tuple[int, ...]:
        """Return the tensors of some ports, without those that nothing makes."""
        found = (self._tensor(port.node, port.output) for port in ports)
        return tuple(tensor for tensor in found if tensor is not None)

    def _tensor(self, node: str, port: int) -> int | None:
        made = self._tensors.get(node, ())
        return made[port] if 0 <= port < len(made) else None

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
            outputs = self._add_layer(node, inputs)
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

    def _inputs(self, node: Node) -> tuple[list[int], list[Port]]:
        """Return the tensors that a node takes, and those that arrive from the trip before."""
        edges = self._graph.incoming.get(node.id, ())
        if len(edges) > 1:
            edges = sorted(edges, key=lambda edge: edge.target_port)
        inputs, later = [], []
        for edge in edges:
            known = self._tensor(edge.source, edge.source_port)
            if edge.kind is EdgeKind.STATE or (known is None and edge.kind in _FLOWS):
                later.append(edge.tensor)
            elif known is not None and edge.kind in _FLOWS:
                inputs.append(known)
        return inputs, later

    def _specs(self, node: Node) -> tuple[TensorSpec, ...]:
        stacked = self._lists.get(node.id)
        return node.outputs if stacked is None else (stacked,)

    def _add_layer(self, node: Node, inputs: list[int]) -> tuple[int, ...]:
        layer = self._graph.layer_by_id.get(node.layer or "")
        expansion = Expansion(
            program=self._program,
            type=node.type,
            inputs=tuple(inputs),
            results=node.outputs,
            weights=self._weights(node, layer),
            config=_configure(node, layer),
            node=node.id,
            loops=self._loops[node.scope],
            training=self._training,
            is_layer=node.layer is not None,
        )
        return expand_layer(expansion)

    def _weights(self, node: Node, layer: Layer | None) -> tuple[str, ...]:
        # Steps take their weights in order; those that are not trained (averages) come last.
        found = node.weights or (layer.weights if layer else ())
        if self._untrained.isdisjoint(found):
            return found
        return tuple(sorted(found, key=self._untrained.__contains__))

    def _add_moments(self, node: Node, inputs: list[int]) -> None:
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
        add_moments(self._program, taken[0], node.id, self._loops[node.scope])


def _configure(node: Node, layer: Layer | None) -> Mapping[str, Any]:
    """Return the config of a call: that of its layer, and what the node itself says."""
    if layer is None:
        return node.attributes
    return {**layer.config, **node.attributes} if node.attributes else layer.config


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
