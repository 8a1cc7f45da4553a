"""From a graph to the tree of calls that is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from graphscope.analysis.calls import Calls
from graphscope.analysis.diff.entry import Entry, Tree
from graphscope.analysis.diff.settings import Settings, flatten_settings
from graphscope.analysis.diff.wires import find_wires
from graphscope.graph import (
    ROOT,
    Graph,
    Layer,
    Node,
    NodeKind,
    Scope,
    ScopeKind,
    TensorSpec,
    Weight,
)

Level: TypeAlias = Literal["ops", "layers", "weights"]
"""How deep two graphs can be compared: to single operations, to layer calls, or only to the layers
and weights that exist (a file of a subclassed model does not say how they are called)."""


def level_of(graph: Graph) -> Level:
    """Return how deep a graph goes."""
    # Without an input and without edges nothing is known of the flow of data.
    if not graph.edges and not any(node.kind is NodeKind.INPUT for node in graph.nodes):
        return "weights"
    # A graph of layers may hold operations that stand between the calls; it opens no call.
    calls = Calls(graph)
    return "ops" if any(calls.of(node) != node.id for node in graph.nodes) else "layers"


def make_tree(graph: Graph, level: Level, *, loose: bool) -> Tree:
    """Return the tree of a graph.

    Args:
        graph: the graph, collapsed to layers already where it is compared on layers.
        level: how deep the comparison goes.
        loose: whether operations that stand in no call are entries of their own, and not only
            looked through.
    """
    builder = _Builder(graph, loose=loose)
    return builder.make_layers() if level == "weights" else builder.make_calls()


class _Builder:
    def __init__(self, graph: Graph, *, loose: bool) -> None:
        self._graph = graph
        self._loose = loose
        self._calls = Calls(graph)
        self._settings: dict[str, Settings] = {}
        self._entries: dict[str, Entry] = {}
        root = graph.scopes[0]
        self._root = self._enter(_scope_entry(root), root.layer, {})

    def make_calls(self) -> Tree:
        """Return the tree of calls, in the order of the program."""
        for scope in self._graph.scopes[1:]:
            if self._is_entry(scope):
                self._enter_scope(scope)
        for node in self._graph.nodes:
            self._add_node(node)
        self._attach()
        self._add_uncalled()
        self._place_weights()
        return Tree(self._root, find_wires(self._graph, self._entries), self._entries)

    def make_layers(self) -> Tree:
        """Return the tree of layers, whoever calls them."""
        for layer in self._graph.layers:
            if layer.id != self._root.layer:
                entry = Entry(layer.id, layer.name, layer.class_name, "layer", layer.id)
                self._enter(entry, layer.id, {})
        for layer in self._graph.layers:
            if layer.id != self._root.layer:
                self._hang(self._entries[layer.id], layer.parent)
        self._place_weights()
        return Tree(self._root, (), self._entries)

    def _is_entry(self, scope: Scope) -> bool:
        if scope.kind is ScopeKind.SUBGRAPH:
            return False
        # What Keras calls inside an innermost call is that call's own business.
        return self._calls.around(scope.id) in (None, scope.id)

    def _enter_scope(self, scope: Scope) -> None:
        entry = _scope_entry(scope)
        entry.outputs = tuple(_specs(self._graph, scope))
        self._enter(entry, scope.layer, scope.attributes)

    def _enter(self, entry: Entry, layer: str | None, attributes: Mapping[str, Any]) -> Entry:
        known = self._graph.layer_by_id.get(layer or "")
        if known is None:
            entry.settings = flatten_settings(attributes)
        else:
            entry.settings, entry.trainable = self._settings_of(known), known.trainable
        self._entries[entry.id] = entry
        return entry

    def _settings_of(self, layer: Layer) -> Settings:
        if layer.id not in self._settings:
            self._settings[layer.id] = flatten_settings(layer.config)
        return self._settings[layer.id]

    def _add_node(self, node: Node) -> None:
        call = self._calls.of(node)
        if call != node.id:
            entry = self._entries[call]
            if node.kind is NodeKind.OP:
                entry.operations[node.type] += 1
            return
        if node.kind is NodeKind.CONSTANT or (node.kind is NodeKind.OP and not self._loose):
            return
        entry = Entry(node.id, node.name, node.type, _node_kind(node), node.layer)
        entry.outputs = node.outputs
        entry.is_opaque = node.kind is NodeKind.LAYER
        if entry.kind == "input":
            # What an input layer is set to shows in the tensor that it makes.
            self._entries[entry.id] = entry
        else:
            self._enter(entry, node.layer, _told(node))

    def _attach(self) -> None:
        """Hang every entry below the one around it, in the order of the program."""
        rank = {node.id: place for place, node in enumerate(self._graph.nodes)}
        first: dict[str, int] = {}
        for node in self._graph.nodes:
            for around in self._graph.ancestors(node.scope):
                first.setdefault(around, rank[node.id])
        last = len(rank)
        for id_, entry in self._entries.items():
            if id_ == ROOT:
                continue
            scope = self._graph.scope_by_id.get(id_)
            outer = scope.parent if scope else self._graph.node_by_id[id_].scope
            entry.parent = self._find_around(outer or ROOT)
            entry.parent.children.append(entry)
        for entry in self._entries.values():
            entry.children.sort(key=lambda child: rank.get(child.id, first.get(child.id, last)))

    def _find_around(self, scope: str) -> Entry:
        return next(
            self._entries[each] for each in self._graph.ancestors(scope) if each in self._entries
        )

    def _add_uncalled(self) -> None:
        for layer in _uncalled_layers(self._graph, self._root.layer):
            entry = Entry(layer.id, layer.name, layer.class_name, "uncalled", layer.id)
            entry.parent = self._root
            self._root.children.append(self._enter(entry, layer.id, {}))

    def _hang(self, entry: Entry, parent: str | None) -> None:
        around = self._entries.get(parent or "", self._root)
        entry.parent = self._root if entry in around.around() else around
        entry.parent.children.append(entry)

    def _place_weights(self) -> None:
        """Give every weight to the first call of its layer, or of the layer that holds it."""
        first: dict[str, Entry] = {}
        for entry in self._root.walk():
            if entry.layer is not None:
                first.setdefault(entry.layer, entry)
        for weight in self._graph.weights:
            path, layer = [weight.name], self._graph.layer_by_id.get(weight.layer)
            seen: set[str] = set()
            while layer is not None and layer.id not in first and layer.id not in seen:
                seen.add(layer.id)
                path.append(layer.name)
                layer = self._graph.layer_by_id.get(layer.parent or "")
            holder = self._root if layer is None else first.get(layer.id, self._root)
            _put(holder.weights, "/".join(reversed(path)), weight)


def _put(weights: dict[str, Weight], name: str, weight: Weight) -> None:
    found, count = name, 1
    while found in weights:
        count += 1
        found = f"{name}#{count}"
    weights[found] = weight


def _scope_entry(scope: Scope) -> Entry:
    return Entry(scope.id, scope.name, scope.type, scope.kind.value, scope.layer)


def _node_kind(node: Node) -> str:
    if node.kind is NodeKind.LAYER:
        return "layer" if node.layer is not None else "operation"
    return node.kind.value


def _told(node: Node) -> Mapping[str, Any]:
    return {key: value for key, value in node.attributes.items() if key != "pass_through"}


def _specs(graph: Graph, scope: Scope) -> Iterator[TensorSpec]:
    for tensor in scope.outputs:
        node = graph.node_by_id.get(tensor.node)
        if node is not None and 0 <= tensor.output < len(node.outputs):
            yield node.outputs[tensor.output]


def _uncalled_layers(graph: Graph, root: str | None) -> Iterator[Layer]:
    """Yield the layers that no call reaches and no called layer holds, outermost first."""
    called = {scope.layer for scope in graph.scopes[1:]} | {node.layer for node in graph.nodes}
    called |= {
        graph.weight_by_id[weight].layer
        for node in graph.nodes
        for weight in node.weights
        if weight in graph.weight_by_id
    }
    called.discard(None)
    busy = set(called)
    for layer_id in called:
        busy.update(_holders(graph, layer_id))
    for layer in graph.layers:
        is_outermost = layer.parent is None or layer.parent == root or layer.parent in busy - called
        if layer.id not in busy and layer.id != root and layer.class_name != "InputLayer":
            held = any(holder in called and holder != root for holder in _holders(graph, layer.id))
            if is_outermost and not held:
                yield layer


def _holders(graph: Graph, layer_id: str | None) -> Iterator[str]:
    seen: set[str] = set()
    layer = graph.layer_by_id.get(layer_id or "")
    while layer is not None and layer.parent is not None and layer.parent not in seen:
        seen.add(layer.parent)
        yield layer.parent
        layer = graph.layer_by_id.get(layer.parent)
