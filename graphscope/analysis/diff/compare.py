"""The comparison of two graphs, from end to end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from graphscope.analysis.collapse import collapse_layers
from graphscope.analysis.costs import Costs, estimate_costs
from graphscope.analysis.diff.entry import Entry, Tree
from graphscope.analysis.diff.facts import Facts, pair_weights
from graphscope.analysis.diff.inside import Insides
from graphscope.analysis.diff.matching import Matching, match_trees
from graphscope.analysis.diff.result import Change, Fact, GraphDiff, Topic, WeightChange
from graphscope.analysis.diff.signatures import Signer
from graphscope.analysis.diff.summaries import summarise, total
from graphscope.analysis.diff.tree import Level, level_of, make_tree
from graphscope.analysis.diff.wires import find_wires
from graphscope.analysis.diff.wiring import Rewiring, compare_wires
from graphscope.graph import Graph, Weight
from graphscope.graph.collecting import pause_collecting


def compare_graphs(
    before: Graph, after: Graph, *, batch: int = 1, ignore: Collection[Topic] = ()
) -> GraphDiff:
    """Return what differs between two graphs.

    Graphs that go equally deep and come from one backend are compared to single operations; others
    on layers. The comparison the other way round says the same, mirrored.

    Args:
        before: the earlier graph.
        after: the later graph.
        batch: the number that the batch dimension stands for in FLOPs and bytes.
        ignore: topics that do not count as differences.
    """
    with pause_collecting():
        return _Comparison(before, after, batch).run(frozenset(ignore))


@dataclass(eq=False)
class _Side:
    """One of the graphs, as it is compared."""

    graph: Graph
    tree: Tree
    costs: Costs


class _Comparison:
    def __init__(self, before: Graph, after: Graph, batch: int) -> None:
        self._given = (before, after)
        self._batch = batch
        self.level, self.notes = _choose_level(before, after)
        self._loose = self.level == "ops" or self._have_equal_origin()
        self._sides = tuple(self._prepare(graph) for graph in self._given)
        signer = Signer()
        for side in self._sides:
            if self.level == "ops":
                signer.sign_insides(side.graph, side.tree)
            signer.sign(side.tree)
        self._matching = _match_either_way(self._sides[0].tree, self._sides[1].tree)
        self._closed = self._find_closed()
        if self._closed[0] or self._closed[1]:
            self.notes += (_describe_closed(self._closed),)

    def run(self, ignore: frozenset[Topic]) -> GraphDiff:
        """Compare."""
        before, after = self._sides
        rewiring = self._compare_wires()
        changes, same = self._find_changes(rewiring, ignore)
        return GraphDiff(
            before_name=self._given[0].name,
            after_name=self._given[1].name,
            level=self.level,
            batch=self._batch,
            before=total(before.graph, before.tree, before.costs),
            after=total(after.graph, after.tree, after.costs),
            changes=tuple(changes),
            weights=() if "weights" in ignore else tuple(self._find_weights()),
            wires=() if "wiring" in ignore else tuple(rewiring.changes),
            same=same,
            notes=self.notes,
            are_costs_comparable=not (self._closed[0] or self._closed[1]),
            is_of_one_origin=self._have_equal_origin(),
            pairs=tuple((one.id, other.id) for one, other in self._matching.after.items()),
        )

    def _have_equal_origin(self) -> bool:
        one, other = (
            (graph.metadata.get("format"), graph.metadata.get("backend")) for graph in self._given
        )
        return one == other

    def _prepare(self, graph: Graph) -> _Side:
        if self.level == "layers" and level_of(graph) == "ops":
            graph = collapse_layers(graph)
        return _Side(
            graph,
            make_tree(graph, self.level, loose=self._loose),
            estimate_costs(graph, self._batch),
        )

    def _compare_wires(self) -> Rewiring:
        if self.level == "weights":
            return Rewiring()
        for side, closed in zip(self._sides, self._closed, strict=True):
            if closed:
                side.tree.wires = find_wires(side.graph, side.tree.entries, closed)
        before, after = self._sides
        return compare_wires(
            before.tree, after.tree, self._matching, strict=self._have_equal_origin()
        )

    def _find_closed(self) -> tuple[frozenset[Entry], frozenset[Entry]]:
        """Return the calls of each graph that only this one opens."""
        matching = self._matching
        return (
            frozenset(one for one, other in matching.after.items() if one.is_shut_in(other)),
            frozenset(other for one, other in matching.after.items() if other.is_shut_in(one)),
        )

    def _find_changes(
        self, rewiring: Rewiring, ignore: frozenset[Topic]
    ) -> tuple[list[Change], int]:
        before, after = self._sides
        counted = self.level != "weights"
        facts = Facts(
            self._matching,
            (before.costs, after.costs) if counted else None,
            (Insides(before.graph), Insides(after.graph)) if self.level == "ops" else None,
            strict=self._have_equal_origin(),
        )
        same = 0
        placed: list[tuple[float, Change]] = []
        ranks = {entry: rank for rank, entry in enumerate(after.tree.root.walk())}
        for entry, rank in ranks.items():
            partner = self._matching.before.get(entry)
            if partner is None:
                if entry.parent in self._matching.before and entry.parent not in self._closed[1]:
                    placed.append((rank, self._alone(entry, after)))
                continue
            found = facts.of(partner, entry)
            if entry in rewiring.facts:
                found.append(rewiring.facts[entry])
            kept = tuple(fact for fact in found if fact.topic not in ignore)
            same += not kept
            if kept:
                placed.append((rank, self._changed(partner, entry, kept)))
        placed += self._find_removed(ranks)
        return [change for _, change in sorted(placed, key=lambda item: item[0])], same

    def _find_removed(self, ranks: dict[Entry, int]) -> Iterator[tuple[float, Change]]:
        """Yield removed calls with a place behind what stood before them."""
        place = 0.0
        for entry in self._sides[0].tree.root.walk():
            partner = self._matching.after.get(entry)
            if partner is not None:
                place = ranks[partner] + 0.5
            elif entry.parent in self._matching.after and entry.parent not in self._closed[0]:
                yield place, self._alone(entry, self._sides[0], removed=True)

    def _alone(self, entry: Entry, side: _Side, *, removed: bool = False) -> Change:
        summary = summarise(entry, side.costs)
        path = _path(entry)
        return (
            Change("removed", summary, None, path=path)
            if removed
            else Change("added", None, summary, path=path)
        )

    def _changed(self, before: Entry, after: Entry, facts: tuple[Fact, ...]) -> Change:
        one, other = self._sides
        return Change(
            "changed",
            summarise(before, one.costs),
            summarise(after, other.costs),
            facts,
            _path(after),
        )

    def _find_weights(self) -> Iterator[WeightChange]:
        for before, after in self._matching.after.items():
            one, other = pair_weights(before, after)
            for name in {**one, **other}:
                old, new = one.get(name), other.get(name)
                if _facts(old) != _facts(new):
                    yield _weight_change(old, new)
        for entry in self._sides[0].tree.root.walk():
            if entry not in self._matching.after and self._closed[0].isdisjoint(entry.around()):
                yield from (_weight_change(weight, None) for weight in entry.weights.values())
        for entry in self._sides[1].tree.root.walk():
            if entry not in self._matching.before and self._closed[1].isdisjoint(entry.around()):
                yield from (_weight_change(None, weight) for weight in entry.weights.values())


def _match_either_way(before: Tree, after: Tree) -> Matching:
    """Match so that the comparison the other way round finds the same pairs.

    Where equal calls could be matched in several ways, the direction of the search decides; it
    always goes from the graph that comes first in an order that has nothing to do with time.
    """
    if _rank(before) <= _rank(after):
        return match_trees(before, after)
    backwards = match_trees(after, before)
    forwards = Matching()
    for one, other in backwards.after.items():
        forwards.add(other, one)
    return forwards


def _rank(tree: Tree) -> tuple[object, ...]:
    entries = list(tree.root.walk())
    return (
        len(entries),
        [entry.id for entry in entries],
        [entry.type for entry in entries],
        [repr(sorted(entry.settings.items())) for entry in entries],
        [repr(entry.outputs) for entry in entries],
        [repr(sorted(entry.weights.items())) for entry in entries],
    )


def _describe_closed(closed: tuple[frozenset[Entry], frozenset[Entry]]) -> str:
    count = len(closed[0]) + len(closed[1])
    calls = "1 call is" if count == 1 else f"{count:,} calls are"
    first = min(entry.id for entry in closed[0] | closed[1])
    return (
        f"{calls} opened by one of the graphs only ({first!r}): the calls inside, FLOPs and bytes "
        "are not compared there."
    )


def _path(entry: Entry) -> tuple[str, ...]:
    return tuple(each.id for each in entry.around())[:0:-1]


def _facts(weight: Weight | None) -> tuple[object, ...] | None:
    return None if weight is None else (weight.shape, weight.dtype, weight.trainable)


def _weight_change(before: Weight | None, after: Weight | None) -> WeightChange:
    verdict = "changed" if before and after else "added" if after else "removed"
    return WeightChange(
        verdict,  # type: ignore[arg-type]  # mypy does not narrow a choice of literals
        before.id if before else None,
        after.id if after else None,
        before.shape if before else None,
        after.shape if after else None,
        before.dtype if before else None,
        after.dtype if after else None,
    )


def _choose_level(before: Graph, after: Graph) -> tuple[Level, tuple[str, ...]]:
    levels = level_of(before), level_of(after)
    if "weights" in levels:
        names = [graph.name for graph, level in zip((before, after), levels, strict=True)
                 if level == "weights"]  # fmt: skip
        return "weights", (
            f"How {' and '.join(repr(name) for name in dict.fromkeys(names))} calls its layers is "
            "not known: layers and weights are compared, not the flow of data.",
        )
    if levels != ("ops", "ops"):
        if levels == ("layers", "layers"):
            return "layers", ()
        return "layers", ("Only one graph has single operations: layers are compared.",)
    backends = {graph.metadata.get("backend") for graph in (before, after)}
    if len(backends) > 1:
        return "layers", (
            "The graphs are of different backends, whose operations differ: layers are compared.",
        )
    return "ops", ()
