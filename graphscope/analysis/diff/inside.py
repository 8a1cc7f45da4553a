"""The operations inside innermost calls, where classes and settings do not tell the difference."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.analysis.calls import Calls
from graphscope.analysis.diff.entry import Entry
from graphscope.analysis.diff.result import Fact
from graphscope.analysis.diff.settings import flatten_settings
from graphscope.graph import Graph, Node


class Insides:
    """The operations and constants of each innermost call of a graph."""

    def __init__(self, graph: Graph) -> None:
        calls = Calls(graph)
        self._graph = graph
        self._nodes: dict[str, list[Node]] = {}
        for node in graph.nodes:
            self._nodes.setdefault(calls.of(node), []).append(node)

    def compare(self, entry: Entry, other: Insides, partner: Entry) -> Iterator[Fact]:
        """Yield how the inside of a call differs from that of another with the same operations."""
        before, after = self._nodes.get(entry.id, []), other._nodes.get(partner.id, [])
        if [node.type for node in before] != [node.type for node in after]:
            yield Fact("operations", "order", _list_types(before), _list_types(after))
            return
        found = [
            fact for one, two in zip(before, after, strict=True) for fact in _compare(one, two)
        ]
        yield from found or [Fact("operations", "wiring inside", None, None)]


def _compare(before: Node, after: Node) -> Iterator[Fact]:
    one, two = flatten_settings(before.attributes), flatten_settings(after.attributes)
    for key in {**one, **two}:
        old, new = one.get(key), two.get(key)
        if old != new:
            yield Fact("operations", f"{before.type}.{key}", _plain(old), _plain(new))
    if before.outputs != after.outputs:
        specs = [", ".join(str(spec) for spec in node.outputs) for node in (before, after)]
        yield Fact("operations", f"{before.type} makes", specs[0], specs[1])


def _plain(value: object) -> object:
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _list_types(nodes: list[Node]) -> str:
    return " ".join(node.type for node in nodes)
