"""The card of an edge of the picture: the tensors it stands for, who makes and who takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.analysis.costs.sizes import count_bytes
from graphscope.app.facts import Facts
from graphscope.app.present.card import Card, Link, Row, Section, limit, say_rest
from graphscope.app.present.rows import source_rows
from graphscope.app.present.values import format_bytes, format_count
from graphscope.exporters.drawing import EDGE_KINDS
from graphscope.graph import ROOT, EdgeKind, Port, TensorSpec, format_shape

_TENSORS = 20
"""Tensors that are listed; an edge between two large scopes may stand for thousands."""

_CONSUMERS = 12


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """An edge as the page names it: two children of a scope.

    A source or target of None lies outside of the scope; the edge crosses its border there.
    """

    scope: str
    source: str | None
    target: str | None
    kind: EdgeKind

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> DrawnEdge:
        """Return the edge that the page sent.

        Raises:
            ValueError: when that is no edge.
        """
        kind = value.get("kind")
        if not isinstance(kind, int) or not 0 <= kind < len(EDGE_KINDS):
            raise ValueError(f"An edge has no kind {kind!r}.")
        scope, source, target = (value.get(name) for name in ("scope", "source", "target"))
        if not isinstance(scope, str) or not all(
            end is None or isinstance(end, str) for end in (source, target)
        ):
            raise ValueError("The ends of an edge are ids.")
        return cls(scope, source, target, EDGE_KINDS[kind])


@dataclass(frozen=True, slots=True)
class _Carried:
    """A tensor of an edge and all nodes that take it."""

    tensor: Port
    spec: TensorSpec
    consumers: tuple[str, ...]


def present_edge(facts: Facts, edge: DrawnEdge) -> Card:
    """Return the card of an edge; one that the picture does not have gives a card that says so."""
    known = [facts.tree.find(end) for end in (edge.scope, edge.source, edge.target) if end]
    if not all(facts.tree.has(item) for item in known):
        return _absent()
    carried = list(_find_tensors(facts, edge))
    if not carried:
        return _absent()
    path = (*reversed([*facts.tree.around(known[0])]), known[0])
    links = tuple(Link(facts.tree.name_of(item), item) for item in path)
    badges = () if edge.kind is EdgeKind.DATA else (edge.kind.value.capitalize(),)
    if len(carried) == 1:
        (one,) = carried
        spec = one.spec
        return Card(
            "Tensor",
            format_shape(spec.shape),
            type=spec.dtype,
            path=links,
            badges=badges,
            sections=_tell(facts, one),
        )
    sections = tuple(_summarise(facts, each) for each in carried[:_TENSORS])
    rest = say_rest(len(carried) - _TENSORS)
    return Card(
        "Tensors",
        f"{format_count(len(carried))} tensors",
        path=links,
        badges=badges,
        sections=(*sections, *((Section("", rest),) if rest else ())),
    )


def _absent() -> Card:
    row = Row("", "The graph has no such edge. Select something else.")
    return Card("Not found", "Edge", sections=(Section("", (row,)),))


def _find_tensors(facts: Facts, edge: DrawnEdge) -> Iterator[_Carried]:
    """Yield the tensors in the order of the program, each once."""
    outline = facts.outline
    wiring, positions = outline.wiring, outline.positions
    found: dict[int, None] = {}
    consumers: dict[int, list[str]] = {}
    is_source, is_target = _end_test(facts, edge, edge.source), _end_test(facts, edge, edge.target)
    for node, slots in wiring.slots.items():
        for slot in slots:
            consumers.setdefault(slot.tensor, []).append(node)
            maker = positions[wiring.tensors[slot.tensor][0]]
            if slot.kind is edge.kind and is_source(maker) and is_target(positions[node]):
                found[slot.tensor] = None
    for number in sorted(found):
        node, output = wiring.tensors[number]
        tensor = Port(node, output)
        takers = tuple(dict.fromkeys(consumers[number]))
        yield _Carried(tensor, facts.graph.spec(tensor), takers)


def _end_test(facts: Facts, edge: DrawnEdge, end: str | None) -> Callable[[int], bool]:
    """Return a test of positions: inside the end, or outside of the scope where that is None."""
    item = facts.tree.find(end if end is not None else edge.scope)
    first = facts.outline.positions[item]
    behind = facts.outline.items[first].end
    if end is None:
        return lambda position: not first <= position < behind
    return lambda position: first <= position < behind


def _tell(facts: Facts, carried: _Carried) -> tuple[Section, ...]:
    producer = facts.graph.node_by_id[carried.tensor.node]
    made = [Row("Made by", "", links=(_link(facts, producer.id),))]
    if len(producer.outputs) > 1:
        made.append(Row("Output", f"{carried.tensor.output + 1} of {len(producer.outputs)}"))
    takers = [Row("", "", links=(_link(facts, taker),)) for taker in carried.consumers]
    return (
        Section("", _spec_rows(facts, carried.spec)),
        Section("Producer", (*made, *source_rows(producer.source))),
        Section(_count_consumers(takers), limit(takers, _CONSUMERS)),
    )


def _count_consumers(takers: list[Row]) -> str:
    return "Consumer" if len(takers) == 1 else f"Consumers ({len(takers)})"


def _spec_rows(facts: Facts, spec: TensorSpec) -> tuple[Row, ...]:
    hint = f"for a batch of {facts.batch}"
    size = count_bytes(spec, facts.batch)
    return (
        Row("Shape", format_shape(spec.shape), is_code=True),
        Row("Type", spec.dtype, is_code=True),
        Row("Memory", format_bytes(size), is_code=True, hint=hint),
    )


def _summarise(facts: Facts, carried: _Carried) -> Section:
    takers = tuple(_link(facts, taker) for taker in carried.consumers[:_CONSUMERS])
    size = count_bytes(carried.spec, facts.batch)
    title = f"{format_shape(carried.spec.shape)} {carried.spec.dtype}".strip()
    made = Row("Made by", "", links=(_link(facts, carried.tensor.node),))
    taken = Row("Taken by", "", links=takers)
    return Section(title, (Row("Memory", format_bytes(size), is_code=True), made, taken))


def _link(facts: Facts, node: str) -> Link:
    """Lead to a node, named together with the call that it belongs to."""
    around = [item for item in facts.tree.around(node) if item != ROOT]
    return Link(facts.tree.say([node, *around[:1]]), node)
