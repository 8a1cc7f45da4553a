"""Loops and branches: what is carried from trip to trip, which branch a result comes from."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.analysis.consistency.findings import Violation
from graphscope.graph import EdgeKind, Graph, Node, NodeKind, Port, Scope, ScopeKind

_CHOICES = ("If", "StatelessIf", "Case", "StatelessCase")
_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN"})
_COLLECTED = ("TensorListStack", "TensorArrayGatherV3")


def check_loops(graph: Graph) -> Iterator[Violation]:
    """Yield loops that do not carry what they were seen to carry, choices between results of other
    branches, and trip counts that contradict what a loop collects.
    """
    for scope in graph.scopes:
        if isinstance(scope.attributes.get("carries"), list | tuple):
            yield from _check_carried(graph, scope)
        if isinstance(scope.attributes.get("trip_count"), int):
            yield from _check_trips(graph, scope)
        if scope.type in _RECURRENT and scope.layer is not None:
            yield from _check_recurrence(graph, scope)
    for node in graph.nodes:
        if node.kind is NodeKind.OP and node.type in _CHOICES:
            yield from _check_choice(graph, node)


def _check_carried(graph: Graph, loop: Scope) -> Iterator[Violation]:
    """Compare the edges from trip to trip with what the tracer saw the loop carry.

    The witness is the attribute `carries` of the loop: for each value the tensor that its next trip
    begins with, and the ports that take it.
    """
    declared: set[tuple[Port, str, int]] = set()
    for row in loop.attributes["carries"]:
        tensor, consumers = Port(*row[0]), row[1]
        declared |= {(tensor, str(node), int(port)) for node, port in consumers}
    declared = {each for each in declared if each[0].node in graph.node_by_id
                and each[1] in graph.node_by_id}  # fmt: skip
    found = {
        (edge.tensor, edge.target, edge.target_port)
        for edge in graph.edges
        if edge.kind is EdgeKind.STATE
        and _innermost_loop(graph, edge.source, edge.target) == loop.id
    }
    for tensor, target, port in sorted(declared - found):
        yield Violation(
            "cut in a loop",
            f"The loop {loop.id!r} carries {tensor.node!r} to input {port} of {target!r} in its "
            "next trip, but no edge says so.",
            target,
        )
    for tensor, target, port in sorted(found - declared):
        yield Violation(
            "extra in a loop",
            f"An edge carries {tensor.node!r} to input {port} of {target!r} in the next trip of "
            f"{loop.id!r}, which the loop does not.",
            target,
        )


def _innermost_loop(graph: Graph, source: str, target: str) -> str | None:
    """Return the innermost scope around both nodes that is known to carry something."""
    around = set(graph.ancestors(graph.node_by_id[target].scope))
    for scope in graph.ancestors(graph.node_by_id[source].scope):
        if scope in around and "carries" in graph.scope_by_id[scope].attributes:
            return scope
    return None


def _check_trips(graph: Graph, loop: Scope) -> Iterator[Violation]:
    """Compare the trip count with the length of the lists that leave the loop, one entry a trip."""
    trips = loop.attributes["trip_count"]
    for edge in graph.edges:
        target = graph.node_by_id[edge.target]
        if target.type not in _COLLECTED or not target.outputs or edge.kind is EdgeKind.STATE:
            continue
        if loop.id not in graph.ancestors(graph.node_by_id[edge.source].scope):
            continue
        shape = target.outputs[0].shape
        if loop.id in graph.ancestors(target.scope) or not shape or not isinstance(shape[0], int):
            continue
        # A loop may keep its last result only.
        if shape[0] not in (1, trips):
            yield Violation(
                "wrong trip count",
                f"{loop.id!r} is told to run {trips} times, but {target.id!r} collects {shape[0]} "
                "results from it.",
                loop.id,
            )


def _check_recurrence(graph: Graph, call: Scope) -> Iterator[Violation]:
    """Compare how often the loop of a recurrent layer of Keras runs with the steps in its input."""
    layer = graph.layer_by_id.get(call.layer or "")
    first = call.inputs[0] if call.inputs else None
    if layer is None or first is None or not layer.module.startswith("keras."):
        return
    node = graph.node_by_id.get(first.node)
    shape = node.outputs[first.output].shape if node and first.output < len(node.outputs) else None
    steps = shape[1] if shape is not None and len(shape) == 3 else None
    for loop in graph.child_scopes.get(call.id, []):
        trips = loop.attributes.get("trip_count")
        if trips is not None and steps is not None and trips != steps:
            yield Violation(
                "wrong trip count",
                f"{loop.id!r} is told to run {trips} times, over an input of {steps} steps.",
                loop.id,
            )


def _check_choice(graph: Graph, node: Node) -> Iterator[Violation]:
    """Check that the results of each branch arrive at the ports of that branch."""
    branches = [
        scope
        for scope in graph.child_scopes.get(node.scope, [])
        if scope.kind is ScopeKind.SUBGRAPH and scope.type == "branch"
    ]
    count = len(node.outputs)
    if not branches or not count:
        return
    ids = [scope.id for scope in branches]
    for edge in graph.incoming.get(node.id, ()):
        number = (edge.target_port - 1) // count
        inside = set(graph.ancestors(graph.node_by_id[edge.source].scope)).intersection(ids)
        if edge.target_port < 1 or not inside:
            continue  # A branch may hand on what it was given.
        if number >= len(ids) or ids[number] not in inside:
            yield Violation(
                "wrong branch",
                f"{node.id!r} takes {edge.source!r} for a result of another branch than the one "
                "it lies in.",
                node.id,
            )
