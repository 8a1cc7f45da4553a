"""Tensors that enter and leave a thing, with the calls at their other end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphscope.analysis import producer_of
from graphscope.app.facts import Facts
from graphscope.app.present.card import Entry, Link, Tensor, limit
from graphscope.graph import EdgeKind, NodeKind, Port, format_shape

_ENDS = 6
"""Consumers of one tensor that are listed; a mask may have hundreds."""

_TENSORS = 40
"""Tensors in one list."""


def present_inputs(facts: Facts, item: str) -> tuple[Entry, ...]:
    """Return the tensors that enter, in program order, each with its producer."""
    entering: dict[Port, EdgeKind] = {}
    for edge in facts.tree.edges_into(item):
        entering.setdefault(edge.tensor, edge.kind)
    tensors = [
        _make_tensor(facts, item, tensor, _describe(facts, tensor, kind), [tensor.node])
        for tensor, kind in entering.items()
    ]
    return limit(tensors, _TENSORS)


def present_outputs(facts: Facts, item: str) -> tuple[Entry, ...]:
    """Return the tensors that leave or that a node makes, each with its consumers."""
    node = facts.graph.node_by_id.get(item)
    own = [Port(item, output) for output in range(len(node.outputs))] if node else []
    returned = dict.fromkeys(
        tensor for tensor in facts.graph.outputs if facts.tree.holds(item, tensor.node)
    )
    consumers: dict[Port, list[str]] = {tensor: [] for tensor in [*own, *returned]}
    for edge in facts.tree.edges_out_of(item):
        consumers.setdefault(edge.tensor, []).append(edge.target)
    tensors = [
        _make_tensor(facts, item, tensor, "model output" if tensor in returned else "", ends)
        for tensor, ends in consumers.items()
    ]
    return limit(tensors, _TENSORS)


def present_own(
    facts: Facts, tensors: Sequence[Port], names: Sequence[str] = ()
) -> tuple[Entry, ...]:
    """Return tensors with the calls that make them: the inputs or outputs of a model.

    Args:
        facts: of the graph.
        tensors: the tensors.
        names: what the model calls them, if anything.
    """
    calls = [producer_of(facts.graph, tensor) for tensor in tensors]
    labels = names or [""] * len(calls)
    made = [
        _make_tensor(facts, None, tensor, label, [call])
        for tensor, call, label in zip(tensors, calls, labels, strict=True)
    ]
    return limit(made, _TENSORS)


def _make_tensor(
    facts: Facts, item: str | None, tensor: Port, label: str, ends: Iterable[str]
) -> Tensor:
    specs = facts.graph.node_by_id[tensor.node].outputs
    spec = specs[tensor.output] if tensor.output < len(specs) else None
    links = list(dict.fromkeys(_link(facts, end, item) for end in ends))
    return Tensor(
        shape=format_shape(spec.shape) if spec else "?",
        dtype=spec.dtype if spec else "",
        label=label,
        ends=tuple(links[:_ENDS]),
        more=max(0, len(links) - _ENDS),
    )


def _link(facts: Facts, node: str, item: str | None) -> Link:
    """Lead to the other end of a tensor: the node itself, or what the picture shows for it.

    Who looks at a single operation wants the operation at the other end; who looks at a layer
    wants the layer.
    """
    if item is None:
        return _make_link(facts, facts.tree.name_of(node), node)
    chain = facts.tree.climb(node, seen_from=item)
    if item not in facts.graph.node_by_id:
        chain = chain[-1:]
    return _make_link(facts, facts.tree.say(chain), chain[0])


def _make_link(facts: Facts, text: str, target: str) -> Link:
    return Link(text, target if facts.tree.has(target) else "")


def _describe(facts: Facts, tensor: Port, kind: EdgeKind) -> str:
    if kind is not EdgeKind.DATA:
        return kind.value
    node = facts.graph.node_by_id[tensor.node]
    return "constant" if node.kind is NodeKind.CONSTANT else ""
