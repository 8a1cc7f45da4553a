"""Where calls of the earlier graph stand in the merged one, and under which ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graphscope.analysis.diff.result import Change, GraphDiff
from graphscope.graph import ROOT, Graph, Layer, Node, Scope, Weight

_MARK = "~before"
"""Behind the id of a removed call whose id another call has by now."""


class Placing:
    """Translates ids of the earlier graph into those of the merged graph.

    Attributes:
        added: ids of scopes and nodes that are only in the later graph.
        removed: ids in the merged graph of what is only in the earlier one, by their id there.
        before_by_after: the id before, by the id after, of what is in both.
        layers, weights: those that only removed calls have, under their merged ids.
    """

    def __init__(self, old: Graph, new: Graph, found: GraphDiff) -> None:
        self._old, self._new = old, new
        by_layer = found.level == "weights"
        calls = (_calls_of_layers(old), _calls_of_layers(new)) if by_layer else ({}, {})
        self._calls = calls
        pairs = [
            (before, after)
            for one, other in found.pairs
            for before, after in zip(
                calls[0].get(one, (one,)), calls[1].get(other, (other,)), strict=False
            )
        ]
        self._after = dict(pairs)
        self.before_by_after = {after: before for before, after in pairs}
        told = _told(found, "added", calls[1])
        self.added = _with_inside(new, told) - self.before_by_after.keys()
        self.removed = self._name_removed(_told(found, "removed", calls[0]))
        self._take_layers()

    def place_of(self, change: Change) -> str:
        """Return the id in the merged graph of the call that a change is about."""
        is_gone = change.verdict == "removed"
        id_ = change.shown.id
        call = next(iter(self._calls[0 if is_gone else 1].get(id_, (id_,))))
        return self.removed.get(call, call) if is_gone else call

    def id_of(self, before: str) -> str:
        """Return the id in the merged graph of something in the earlier one."""
        return self._after.get(before) or self.removed.get(before) or before

    def home(self, scope: str) -> str:
        """Return the innermost scope of the merged graph around a scope of the earlier one."""
        known = self._new.scope_by_id.keys() | set(self.removed.values())
        around = (self.id_of(each) for each in self._old.ancestors(scope))
        return next((each for each in around if each in known), ROOT)

    def rename_layer(self, layer: str | None) -> str | None:
        """Return the merged id of a layer of the earlier graph."""
        return None if layer is None else self._layer_ids.get(layer, layer)

    def rename_weight(self, weight: str) -> str:
        """Return the merged id of a weight of the earlier graph."""
        return self._weight_ids.get(weight, weight)

    def _name_removed(self, told: set[str]) -> dict[str, str]:
        taken = set(self._new.scope_by_id) | set(self._new.node_by_id)
        names: dict[str, str] = {}
        inside = _with_inside(self._old, told) - self._after.keys()
        for call in list_calls(self._old)[1:]:
            if call.id in inside:
                name = call.id
                while name in taken:
                    name += _MARK
                taken.add(name)
                names[call.id] = name
        return names

    def _take_layers(self) -> None:
        """Take along the layers of removed calls, with their weights, under ids of their own."""
        calls = list_calls(self._old)
        busy = {call.layer for call in calls if call.id in self.removed and call.layer}
        layers = [layer for layer in self._old.layers if layer.id in busy]
        self._layer_ids = _free_ids([layer.id for layer in layers], self._new.layer_by_id.keys())
        weights = [weight for weight in self._old.weights if weight.layer in busy]
        self._weight_ids = _free_ids([each.id for each in weights], self._new.weight_by_id.keys())
        self.layers: tuple[Layer, ...] = tuple(
            replace(
                layer,
                id=self._layer_ids[layer.id],
                weights=tuple(self._weight_ids[each] for each in layer.weights
                              if each in self._weight_ids),
                parent=self._layer_ids.get(layer.parent or ""),
            )
            for layer in layers
        )  # fmt: skip
        self.weights: tuple[Weight, ...] = tuple(
            replace(each, id=self._weight_ids[each.id], layer=self._layer_ids[each.layer])
            for each in weights
        )


def list_calls(graph: Graph) -> list[Scope | Node]:
    """Return the scopes of a graph, the root first, and its nodes."""
    return [*graph.scopes, *graph.nodes]


def _calls_of_layers(graph: Graph) -> dict[str, tuple[str, ...]]:
    calls: dict[str, tuple[str, ...]] = {}
    for call in list_calls(graph):
        if call.layer is not None:
            calls[call.layer] = (*calls.get(call.layer, ()), call.id)
    return calls


def _told(found: GraphDiff, verdict: str, calls: dict[str, tuple[str, ...]]) -> set[str]:
    told: set[str] = set()
    for change in found.changes:
        if change.verdict == verdict:
            for id_ in (change.shown.id, *change.shown.inside):
                told.update(calls.get(id_, (id_,)))
    return told


def _with_inside(graph: Graph, told: set[str]) -> set[str]:
    """Return the ids, and those of everything inside them that is there and is no call itself."""
    inside = set(told)
    for scope in graph.scopes[1:]:
        if scope.parent in inside:
            inside.add(scope.id)
    inside.update(node.id for node in graph.nodes if node.scope in inside)
    known = graph.scope_by_id.keys() | graph.node_by_id.keys()
    return inside & known


def _free_ids(ids: list[str], taken: Iterable[str]) -> dict[str, str]:
    used = set(taken)
    names: dict[str, str] = {}
    for id_ in ids:
        name = id_
        while name in used:
            name += _MARK
        used.add(name)
        names[id_] = name
    return names
