"""The operations of one model on several backends, side by side for each layer call.

Calls are the same where they have the same place in the data-flow graph that all backends share;
what differs is what happens inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphscope.analysis.call_tree import CallTree
from graphscope.analysis.costs import estimate_costs
from graphscope.analysis.pure_flow import find_data_flow
from graphscope.graph import ROOT, Graph, NodeKind, TensorSpec, format_shape, to_json


@dataclass(slots=True)
class Work:
    """What one layer call does on one backend.

    Attributes:
        operations: how many operations of each type, in program order; without those of calls
            inside that have a row of their own.
        flops: what they take; None if a part of it is not known.
        outputs: what the call returns.
    """

    operations: dict[str, int] = field(default_factory=dict)
    flops: int | None = 0
    outputs: tuple[TensorSpec, ...] = ()

    @property
    def count(self) -> int:
        """Number of operations."""
        return sum(self.operations.values())

    def add(self, type_: str, flops: int | None) -> None:
        """Take in one operation."""
        self.operations[type_] = self.operations.get(type_, 0) + 1
        self.flops = None if self.flops is None or flops is None else self.flops + flops


@dataclass(frozen=True, slots=True)
class AlignedCall:
    """A layer call with its work on each backend that makes it.

    Attributes:
        id: its id in the shared data-flow graph.
        name: its name; the model's own for the outermost.
        type: class of the layer, name of the operation.
        level: 0 for the model.
        work: by backend; one that does not make the call is absent.
        differences: what is not the same in the results of the backends, in words.
    """

    id: str
    name: str
    type: str
    level: int
    work: Mapping[str, Work]
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """One model on several backends.

    Attributes:
        backends: in the order in which they were given.
        calls: the layer calls, in program order.
        same_data_flow: whether layer calls and the tensors between them are the same to the byte.
    """

    backends: tuple[str, ...]
    calls: tuple[AlignedCall, ...]
    same_data_flow: bool

    def total(self, backend: str) -> Work:
        """Return the work of the whole model."""
        whole = Work()
        for call in self.calls:
            if backend in call.work:
                _merge(whole, call.work[backend])
        return whole


def align_backends(
    graphs: Mapping[str, Graph], *, depth: int | None = None, batch: int = 1
) -> Alignment:
    """Put the operations of one model on several backends side by side.

    Args:
        graphs: the traced graphs, by backend.
        depth: how many levels of calls have rows; what deeper ones do counts with the call around
            them. None for all.
        batch: the batch size that FLOPs are counted for.
    """
    sides = {backend: _Side(graph, batch) for backend, graph in graphs.items()}
    rows = _Rows(depth)
    for backend, side in sides.items():
        rows.take(backend, side)
    documents = {side.document for side in sides.values()}
    return Alignment(tuple(graphs), tuple(rows.finish(list(sides))), len(documents) <= 1)


class _Side:
    """One backend's graph, by the calls of the shared data-flow graph."""

    def __init__(self, graph: Graph, batch: int) -> None:
        flow = find_data_flow(graph)
        self.flow = flow.graph
        self.document = to_json(flow.graph)
        self._graph = graph
        self._costs = estimate_costs(graph, batch)
        self._new_ids = {old: new for new, old in flow.calls.items()}

    def calls(self) -> Iterator[tuple[str, str | None, str, str, tuple[TensorSpec, ...]]]:
        """Yield id, id around it, name, type and results of each call, outer ones first."""
        found = {
            scope.id: (
                scope.id,
                scope.parent,
                scope.name,
                scope.type,
                tuple(self.flow.spec(tensor) for tensor in scope.outputs),
            )
            for scope in self.flow.scopes
        }
        for node in self.flow.nodes:
            if node.kind is NodeKind.LAYER:
                found[node.id] = (node.id, node.scope, node.name, node.type, node.outputs)
        order = {new: place for place, new in enumerate(self._new_ids.values())}
        yield from sorted(found.values(), key=lambda call: order[call[0]])

    def operations(self) -> Iterator[tuple[str, str, int | None]]:
        """Yield the call, type and FLOPs of each operation."""
        tree = CallTree(self._graph)
        for node in self._graph.nodes:
            if node.kind is NodeKind.OP:
                call = self._new_ids[tree.home[node.id] or tree.parent(node)]
                yield call, node.type, self._costs.flops[node.id]


class _Rows:
    """Collects the rows of all backends."""

    def __init__(self, depth: int | None) -> None:
        self._depth = depth
        self._calls: dict[str, tuple[str, str, int]] = {ROOT: ("", "", 0)}
        self._rows: dict[str, str] = {ROOT: ROOT}
        self._work: dict[str, dict[str, Work]] = {}

    def take(self, backend: str, side: _Side) -> None:
        """Take in what one backend does."""
        for id_, parent, name, type_, outputs in side.calls():
            level = 0 if parent is None else self._calls[parent][2] + 1
            if id_ == ROOT or id_ not in self._calls:
                self._calls[id_] = (name, type_, level)
            is_shown = self._depth is None or level <= self._depth
            self._rows[id_] = id_ if is_shown else self._rows[parent or ROOT]
            if is_shown:
                self._work.setdefault(id_, {})[backend] = Work(outputs=outputs)
        for call, type_, flops in side.operations():
            self._work[self._rows[call]][backend].add(type_, flops)

    def finish(self, backends: Sequence[str]) -> Iterator[AlignedCall]:
        """Yield the rows; a call that a later backend alone makes stands at the end."""
        for id_, work in self._work.items():
            name, type_, level = self._calls[id_]
            yield AlignedCall(id_, name, type_, level, work, tuple(_compare(work, backends)))


def _compare(work: Mapping[str, Work], backends: Sequence[str]) -> Iterator[str]:
    missing = [backend for backend in backends if backend not in work]
    if missing:
        yield f"not called on {', '.join(missing)}"
    results = {backend: work[backend].outputs for backend in backends if backend in work}
    first_backend, first = next(iter(results.items()))
    for backend, outputs in results.items():
        if len(outputs) != len(first):
            yield f"{len(first)} results on {first_backend}, {len(outputs)} on {backend}"
            continue
        for one, other in zip(first, outputs, strict=True):
            if one.shape != other.shape:
                shapes = format_shape(one.shape), format_shape(other.shape)
                yield f"{shapes[0]} on {first_backend}, {shapes[1]} on {backend}"
            if one.dtype != other.dtype:
                yield f"{one.dtype} on {first_backend}, {other.dtype} on {backend}"


def _merge(whole: Work, part: Work) -> None:
    for type_, count in part.operations.items():
        whole.operations[type_] = whole.operations.get(type_, 0) + count
    known = whole.flops is not None and part.flops is not None
    whole.flops = (whole.flops or 0) + (part.flops or 0) if known else None
