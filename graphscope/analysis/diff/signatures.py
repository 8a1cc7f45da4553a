"""Signatures of entries: equal calls get equal numbers in both graphs, whatever they are named.

Subtrees are compared by interned keys, as in the top-down phase of GumTree (Falleri et al.,
"Fine-grained and accurate source code differencing", ASE 2014). Keys are whole tuples, so two
different subtrees never share a number.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from graphscope.analysis.calls import Calls
from graphscope.analysis.diff.entry import Entry, Tree, Wire
from graphscope.analysis.diff.settings import flatten_settings
from graphscope.analysis.settings import Interner
from graphscope.graph import Graph, Node, NodeKind, TensorSpec


class Signer:
    """Signs the trees of both graphs, so that their numbers compare."""

    def __init__(self) -> None:
        self._exact = Interner()
        self._config = Interner()
        self._loose = Interner()
        self._specs = Interner()
        self._known_settings: dict[int, tuple[object, int]] = {}
        self._settings = Interner()
        self._node_settings = Interner()

    def sign(self, tree: Tree) -> None:
        """Put signatures on all entries of a tree, the innermost first."""
        inner = _sort_wires(tree)
        for entry in reversed(list(tree.root.walk())):
            self._sign(entry, inner.get(entry.id, []))

    def sign_insides(self, graph: Graph, tree: Tree) -> None:
        """Put fingerprints of their operations on all innermost calls of a tree."""
        calls = Calls(graph)
        inside: dict[str, list[Node]] = {}
        for node in graph.nodes:
            call = calls.of(node)
            if call != node.id and call in tree.entries:
                inside.setdefault(call, []).append(node)
        for call, nodes in inside.items():
            tree.entries[call].inside = tuple(self._fingerprints(graph, nodes))

    def _sign(self, entry: Entry, wires: list[Wire]) -> None:
        kind = "layer" if entry.kind == "uncalled" else entry.kind
        settings = self._settings_number(entry)
        below = entry.children
        type_key = (kind, entry.type)
        config_key = (type_key, settings, tuple([child.config for child in below]))
        weights = tuple(
            [(name, w.shape, w.dtype, w.trainable) for name, w in entry.weights.items()]
        )
        outputs = () if below else self._spec_numbers(entry.outputs)
        entry.loose = self._loose.number((type_key, tuple([child.loose for child in below])))
        entry.config = self._config.number(config_key)
        children = tuple([child.exact for child in below])
        own = (type_key, settings, weights, outputs, entry.trainable, entry.inside)
        entry.exact = self._exact.number((own, children, _wiring(entry, wires)))

    def _settings_number(self, entry: Entry) -> int:
        # A layer that is called often has one object of settings.
        found = self._known_settings.get(id(entry.settings))
        if found is None:
            key = tuple(sorted(entry.settings.items(), key=_key))
            found = (entry.settings, self._settings.number(_typed(key)))
            self._known_settings[id(entry.settings)] = found
        return found[1]

    def _spec_numbers(self, specs: tuple[TensorSpec, ...]) -> tuple[int, ...]:
        return tuple([self._specs.number(spec) for spec in specs])

    def _fingerprints(self, graph: Graph, nodes: list[Node]) -> list[object]:
        """Describe operations by type, attributes, outputs, and where their operands are made."""
        place = {node.id: index for index, node in enumerate(nodes)}
        outside: dict[tuple[str, int], int] = {}
        rows: list[object] = []
        for node in nodes:
            operands = []
            for edge in graph.incoming.get(node.id, ()):
                origin: Hashable = place.get(edge.source)
                if origin is None:
                    tensor = (edge.source, edge.source_port)
                    origin = ("outside", outside.setdefault(tensor, len(outside)))
                operands.append((edge.target_port, origin, edge.source_port, edge.kind))
            told = 0
            if node.attributes and node.kind in (NodeKind.OP, NodeKind.CONSTANT):
                told = self._node_settings.number(_attributes_key(node.attributes))
            rows.append((node.type, told, self._spec_numbers(node.outputs), tuple(operands)))
        return rows


def _attributes_key(attributes: Mapping[str, Any]) -> Hashable:
    return _typed(tuple(sorted(flatten_settings(attributes).items(), key=_key)))


def _typed(pairs: tuple[tuple[str, Any], ...]) -> Hashable:
    # 1, 1.0 and True are equal in Python and different settings.
    return tuple([(key, value.__class__, value) for key, value in pairs])


def _key(pair: tuple[str, Any]) -> str:
    return pair[0]


def _sort_wires(tree: Tree) -> dict[str, list[Wire]]:
    """Return, by id of an entry, the wires between different children of it."""
    found: dict[str, list[Wire]] = {}
    for wire in tree.wires:
        lifted = lift_wire(wire)
        if lifted is not None:
            found.setdefault(lifted[0].id, []).append(wire)
    return found


def lift_wire(wire: Wire) -> tuple[Entry, Entry, Entry] | None:
    """Return the innermost entry that holds both ends, and the children of it that they lie in."""
    up_source = [*wire.source.around()][::-1]
    up_target = [*wire.target.around()][::-1]
    depth = 0
    while depth < min(len(up_source), len(up_target)) and up_source[depth] is up_target[depth]:
        depth += 1
    if depth in (0, len(up_source), len(up_target)):
        return None
    return up_source[depth - 1], up_source[depth], up_target[depth]


def _wiring(entry: Entry, wires: list[Wire]) -> Hashable:
    if not wires:
        return ()
    place = {child.id: index for index, child in enumerate(entry.children)}
    rows = set()
    for wire in wires:
        lifted = lift_wire(wire)
        assert lifted is not None, "these wires lie between children"
        _, source, target = lifted
        rows.add((place[source.id], wire.output, place[target.id], wire.kind))
    return tuple(sorted(rows))
