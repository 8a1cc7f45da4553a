"""Which operations matter, and in which order they run."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from graphscope.readers.tensorflow.definitions import NodeDef
from graphscope.readers.tensorflow.unfolding.references import referred_node


def find_live(nodes: Mapping[str, NodeDef], roots: Iterable[str]) -> set[str]:
    """Return the names of the operations that any of the roots depends on, roots included."""
    live: set[str] = set()
    waiting = [name for name in roots if name in nodes]
    while waiting:
        name = waiting.pop()
        if name in live:
            continue
        live.add(name)
        for text in nodes[name].inputs:
            source = referred_node(text)
            if source in nodes and source not in live:
                waiting.append(source)
    return live


def in_order(nodes: Mapping[str, NodeDef], live: set[str]) -> list[NodeDef]:
    """Return live operations, each behind those it depends on; else in the order of the file.

    Where operations depend on each other in a ring, one of them comes before its input.
    """
    ordered: list[NodeDef] = []
    begun: set[str] = set()
    for first in nodes:
        if first in begun or first not in live:
            continue
        begun.add(first)
        waiting = [(nodes[first], iter(nodes[first].inputs))]
        while waiting:
            node, inputs = waiting[-1]
            for text in inputs:
                name = referred_node(text)
                # A loop begins where it is entered, not with its next iteration.
                if name in nodes and name not in begun and nodes[name].op not in NEXT:
                    begun.add(name)
                    waiting.append((nodes[name], iter(nodes[name].inputs)))
                    break
            else:
                ordered.append(node)
                waiting.pop()
    return ordered


def find_entangled(nodes: Mapping[str, NodeDef]) -> str:
    """Return an operation that depends on itself; empty when there is none.

    Loops of TensorFlow 1 do not count: their next iteration comes after this one.
    """
    waits = {
        name: [
            source
            for source in map(referred_node, node.inputs)
            if source in nodes and nodes[source].op not in NEXT
        ]
        for name, node in nodes.items()
    }
    left = {name: len(sources) for name, sources in waits.items()}
    takers: dict[str, list[str]] = {}
    for name, sources in waits.items():
        for source in sources:
            takers.setdefault(source, []).append(name)
    ready = [name for name, count in left.items() if not count]
    while ready:
        name = ready.pop()
        del left[name]
        for taker in takers.get(name, ()):
            left[taker] -= 1
            if not left[taker]:
                ready.append(taker)
    # What is left waits for something that is left as well: going back ends in a ring.
    seen: set[str] = set()
    name = next(iter(left), "")
    while name and name not in seen:
        seen.add(name)
        name = next(source for source in waits[name] if source in left)
    return name


def find_ring(nodes: Mapping[str, NodeDef], start: str) -> list[str]:
    """Return the shortest ring of operations through one of them; empty when there is none."""
    before: dict[str, str] = {}
    level: Sequence[str] = [start]
    while level:
        further = []
        for name in level:
            for text in nodes[name].inputs:
                source = referred_node(text)
                if source == start:
                    return _walk_back(before, start, name)
                if source in nodes and source not in before:
                    before[source] = name
                    further.append(source)
        level = further
    return []


def _walk_back(before: Mapping[str, str], start: str, last: str) -> list[str]:
    ring = [last]
    while ring[-1] != start:
        ring.append(before[ring[-1]])
    return ring


def find_sinks(nodes: Mapping[str, NodeDef]) -> list[str]:
    """Return the operations whose results nothing takes, those that keep house left out."""
    taken: set[str] = set()
    awaited: set[str] = set()
    for node in nodes.values():
        (awaited if node.op == "NoOp" else taken).update(map(referred_node, node.inputs))
    kept = _find_housekeeping(nodes)
    sinks = [name for name in nodes if name not in taken and name not in kept]
    results = [
        name
        for name in sinks
        if nodes[name].op not in _BESIDE and not _is_left_over(name, nodes, awaited)
    ]
    return results or sinks


def _is_left_over(name: str, nodes: Mapping[str, NodeDef], awaited: Container[str]) -> bool:
    """Whether an operation hands on what nobody wants; branches of TensorFlow 1 leave such."""
    node = nodes[name]
    if node.op != "Identity":
        return False
    made = [nodes[source].op for source in map(referred_node, node.inputs) if source in nodes]
    return name in awaited or made[:1] in (["Switch"], ["RefSwitch"])


def _find_housekeeping(nodes: Mapping[str, NodeDef]) -> set[str]:
    """Return the operations that keep house, and those that come after saving or restoring."""
    takers: dict[str, list[str]] = {}
    for node in nodes.values():
        for text in node.inputs:
            takers.setdefault(referred_node(text), []).append(node.name)
    found = {name for name, node in nodes.items() if node.op in HOUSEKEEPING}
    waiting = [
        taker for name in found if nodes[name].op in _SAVING for taker in takers.get(name, ())
    ]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += takers.get(name, ())
    return found


NEXT = frozenset({"NextIteration", "RefNextIteration"})
_BESIDE = frozenset({"Const", "Enter", "Exit", "Merge", "Placeholder", "Switch"})
"""Operations that are no results as long as there are others: loops leave their counters behind."""

_SAVING = frozenset(
    {"MergeV2Checkpoints", "Restore", "RestoreSlice", "RestoreV2", "Save", "SaveSlices", "SaveV2"}
    | {"ShardedFilename", "ShardedFilespec"}
)
HOUSEKEEPING = _SAVING | {"Assert", "Assign", "AssignVariableOp", "NoOp", "VarIsInitializedOp"}
"""Operations that save, restore or initialize: the graph of TensorFlow 1 holds them beside the
model."""
