"""The outline: the tree that is browsed, with blocks and repeats folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from graphscope.analysis.blocks import fold_children
from graphscope.analysis.call_classes import UNKNOWN_SPEC, CallClasses, classify_calls
from graphscope.analysis.folding.parts import Part, Shape, join_interfaces
from graphscope.analysis.folding.wiring import Slot, Wiring, find_wiring
from graphscope.analysis.folding.workshop import Workshop
from graphscope.analysis.once import once_for_each_graph
from graphscope.analysis.signatures import Signer
from graphscope.graph import ROOT, Graph, NodeKind, Port, Scope, escape_name
from graphscope.graph.collecting import pause_collecting
from graphscope.graph.making import make_all

_NODE_KINDS = {
    NodeKind.INPUT: "input",
    NodeKind.CONSTANT: "constant",
    NodeKind.LAYER: "node_layer",
    NodeKind.OP: "op",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the outline.

    Attributes:
        id: the id of the node or scope; `<parent>/block:NAME` or `<parent>/repeat:NAME` else.
        kind: root, layer, operation, subgraph, block, repeat, input, node_layer or op.
        parent: position of the parent, -1 for the root.
        subject: id of the node or scope, None for blocks and repeats.
        count: members of a repeat, 1 for all others.
        leaves: number of nodes inside, 1 for a node.
        signature: equal for items that compute the same in the same shapes.
        end: position behind the last item inside; the item at i holds i + 1 to end - 1.
        made: the tensors that it hands on.
    """

    id: str
    name: str
    type: str
    kind: str
    parent: int
    subject: str | None
    count: int
    leaves: int
    signature: int
    end: int
    made: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Blocks that compute the same in the same shapes: their type, the number of nodes in each,
    and their ids in the outline.
    """

    type: str
    leaves: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """Items in preorder, the root first, and the wiring of the nodes they show."""

    items: tuple[Item, ...]
    wiring: Wiring

    @cached_property
    def positions(self) -> dict[str, int]:
        """Positions by id."""
        return {item.id: i for i, item in enumerate(self.items)}

    def children_of(self, position: int) -> list[int]:
        """Return the positions of the direct children of an item."""
        children = []
        child = position + 1
        while child < self.items[position].end:
            children.append(child)
            child = self.items[child].end
        return children


@once_for_each_graph
def fold(graph: Graph) -> Outline:
    """Return the outline of a graph: every scope and node, constants left out, flat scopes
    divided into blocks, and runs of equal siblings folded.
    """
    with pause_collecting():
        wiring = find_wiring(graph)
        root = _Assembly(graph, wiring).assemble()
        return Outline(_flatten(graph, root), wiring)


def find_repeats(graph: Graph) -> tuple[Repeat, ...]:
    """Return the blocks that have an equal one somewhere, in groups of equals; blocks within such
    blocks do not count.

    A block is a piece of a flat scope, or the call of a layer that calls other layers.
    """
    items = fold(graph).items
    blocks = _find_blocks(items)
    counts = Counter(items[block].signature for block in blocks)
    groups: dict[int, list[Item]] = {}
    behind = 0
    for block in blocks:
        item = items[block]
        if block >= behind and counts[item.signature] > 1:
            groups.setdefault(item.signature, []).append(item)
            behind = item.end
    return tuple(
        Repeat(group[0].type, group[0].leaves, tuple(item.id for item in group))
        for group in groups.values()
    )


def count_repeated_blocks(graph: Graph) -> int:
    """Return how many blocks have an equal one somewhere; see `find_repeats`."""
    return sum(len(repeat.members) for repeat in find_repeats(graph))


def _find_blocks(items: tuple[Item, ...]) -> list[int]:
    calls = {item.parent for item in items if item.kind in ("layer", "node_layer")}
    return [
        i
        for i, item in enumerate(items)
        if item.kind == "block" or (item.kind == "layer" and i in calls)
    ]


class _Assembly:
    """Builds the tree of parts from the innermost scopes outwards."""

    def __init__(self, graph: Graph, wiring: Wiring) -> None:
        self._graph = graph
        self._wiring = wiring
        self._outputs = _list_outputs(wiring)
        classes = classify_calls(graph)
        self._signer = Signer(classes, _number_specs(wiring, classes))
        self._workshop = Workshop(wiring, self._signer)

    def assemble(self) -> Part:
        """Return the part of the root scope."""
        nodes: dict[str, list[int]] = {}
        for position in self._wiring.shown:
            nodes.setdefault(self._graph.nodes[position].scope, []).append(position)
        waiting: dict[str, list[Part]] = {}
        for scope in reversed(self._graph.scopes):
            children = waiting.pop(scope.id, [])[::-1]
            children += self._make_leaves(nodes.get(scope.id, ()))
            children.sort(key=_rank)
            part = self._make_scope(scope, children)
            if scope.parent is None:
                return part
            waiting.setdefault(scope.parent, []).append(part)
        raise AssertionError("a graph has a root")

    def _make_leaves(self, positions: Iterable[int]) -> Iterator[Part]:
        nodes, sign = self._graph.nodes, self._signer.sign_leaf
        outputs, slots_of = self._outputs, self._wiring.slots
        for position in positions:
            node = nodes[position]
            id_, specs = node.id, node.outputs
            slots = slots_of.get(id_, ())
            exact, loose = sign(node, slots)
            yield Part(
                id_,
                node.name,
                node.type,
                _NODE_KINDS[node.kind],
                position,
                exact,
                loose,
                {slots[0].tensor: 1} if len(slots) == 1 else _count_uses(slots),
                outputs.get(id_, _NONE),
                specs[0].shape if specs else None,
                (Port(id_),) if len(specs) == 1 else _list_ports(id_, len(specs)),
            )

    def _shape_of(self, scope: Scope) -> Shape:
        known = scope.outputs and self._graph.node_by_id[scope.outputs[0].node].outputs
        return self._graph.spec(scope.outputs[0]).shape if known else None

    def _make_scope(self, scope: Scope, children: list[Part]) -> Part:
        folded = fold_children(children, self._workshop)
        inputs, outputs = join_interfaces(folded)
        exact, loose = self._signer.sign_whole(scope.kind, scope.type, folded, outputs)
        for part in folded:  # the interfaces inside have served
            part.inputs = part.outputs = _NONE
        return Part(
            subject=scope.id,
            name=scope.name,
            type=scope.type,
            kind="root" if scope.id == ROOT else str(scope.kind),
            rank=children[0].rank if children else len(self._graph.nodes),
            exact=exact,
            loose=loose,
            inputs=inputs,
            outputs=outputs,
            shape=self._shape_of(scope),
            made=scope.outputs or self._workshop.ports_of(outputs),
            leaves=sum(part.leaves for part in folded),
            children=folded,
        )


_NONE: dict[int, int] = {}

_rank = attrgetter("rank")


def _count_uses(slots: Iterable[Slot]) -> dict[int, int]:
    uses: dict[int, int] = {}
    for slot in slots:
        uses[slot.tensor] = uses.get(slot.tensor, 0) + 1
    return uses


def _list_ports(node: str, count: int) -> tuple[Port, ...]:
    return tuple([Port(node, output) for output in range(count)])


def _list_outputs(wiring: Wiring) -> dict[str, dict[int, int]]:
    """Return for each node that hands tensors on which these are, in order, and how often each
    is read.
    """
    found: dict[str, dict[int, int]] = {}
    several: set[str] = set()
    for number, ((node, _), uses) in enumerate(zip(wiring.tensors, wiring.uses, strict=True)):
        if node in found:
            found[node][number] = uses
            several.add(node)
        else:
            found[node] = {number: uses}
    for node in several:
        ordered = sorted(found[node], key=lambda number: wiring.tensors[number][1])
        found[node] = {number: found[node][number] for number in ordered}
    return found


def _number_specs(wiring: Wiring, classes: CallClasses) -> list[int]:
    """Return for each tensor the number of its spec."""
    specs, numbers = [], classes.by_node
    for node, output in wiring.tensors:
        made = classes.made[numbers[node]] if node in numbers else ()
        specs.append(made[output] if output < len(made) else UNKNOWN_SPEC)
    return specs


def _flatten(graph: Graph, root: Part) -> tuple[Item, ...]:
    """Return the items of the tree in preorder."""
    rows: list[tuple[Part, int]] = []
    stack = [(root, -1)]
    while stack:
        part, parent = stack.pop()
        stack += [(child, len(rows)) for child in reversed(part.children)]
        rows.append((part, parent))
    sizes = [1] * len(rows)
    for place in range(len(rows) - 1, 0, -1):
        sizes[rows[place][1]] += sizes[place]
    ends = [place + size for place, size in enumerate(sizes)]
    used = graph.node_by_id.keys() | graph.scope_by_id.keys()
    ids: list[str] = []
    for part, parent in rows:
        ids.append(part.subject or _make_id(part, ids[parent], used))
    parts, parents = [part for part, _ in rows], [parent for _, parent in rows]
    return make_all(
        Item,
        ids,
        [part.name for part in parts],
        [part.type for part in parts],
        [part.kind for part in parts],
        parents,
        [part.subject for part in parts],
        [part.count for part in parts],
        [part.leaves for part in parts],
        [part.exact for part in parts],
        ends,
        [part.made for part in parts],
    )


def _make_id(part: Part, parent: str, used: set[str]) -> str:
    path = f"{part.kind}:{escape_name(part.name)}"
    stem = path if parent == ROOT else f"{parent}/{path}"
    found, count = stem, 1
    while found in used:
        count += 1
        found = f"{stem}#{count}"
    used.add(found)
    return found
