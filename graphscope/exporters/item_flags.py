"""What a query asks of an item besides shape and costs: its weights, its owner, its code."""

from __future__ import annotations

from collections.abc import Iterable

from graphscope.analysis.code_places import place_code
from graphscope.analysis.outline import Outline
from graphscope.graph import Graph, Node, NodeKind, Scope, Weight

TRAINED = 1
"""The item holds weights that training changes."""
FROZEN = 2
"""The item holds weights that training leaves as they are."""
UNOWNED = 4
"""The operation was made by no call of a layer."""
CODE = 8
"""The file holds code for it, or names some that loading would reach for."""
CUSTOM = 16
"""Its class is its user's own: the file names it."""

_SPREADING = TRAINED | FROZEN | CODE | CUSTOM


def flag_items(graph: Graph, outline: Outline) -> list[int]:
    """Return the flags of each item; all but `UNOWNED` hold for the scopes around, too."""
    calls: dict[str, Node | Scope] = {**graph.scope_by_id, **graph.node_by_id}
    flags = [
        _flag_call(graph, calls[item.subject]) if item.subject in calls else 0
        for item in outline.items
    ]
    for call, pieces in place_code(graph).items():
        place = outline.positions.get(call)
        if place is not None:
            flags[place] |= CODE if any(not piece.is_custom for piece in pieces) else CUSTOM
    for place in range(len(flags) - 1, 0, -1):
        flags[outline.items[place].parent] |= flags[place] & _SPREADING
    return flags


def _flag_call(graph: Graph, call: Node | Scope) -> int:
    flags = UNOWNED if isinstance(call, Node) and _is_unowned(call) else 0
    for weight in _find_weights(graph, call):
        flags |= TRAINED if weight.trainable else FROZEN
    return flags


def _is_unowned(node: Node) -> bool:
    return node.kind is NodeKind.OP and bool(node.attributes.get("unowned"))


def name_weights(graph: Graph, outline: Outline) -> Iterable[str]:
    """Yield the names of the weights that each item reads or owns itself: `kernel, bias`."""
    calls: dict[str, Node | Scope] = {**graph.scope_by_id, **graph.node_by_id}
    for item in outline.items:
        call = calls.get(item.subject or "")
        names = [weight.name for weight in _find_weights(graph, call)] if call else []
        yield ", ".join(dict.fromkeys(names))


def _find_weights(graph: Graph, call: Node | Scope) -> list[Weight]:
    layer = graph.layer_by_id.get(call.layer or "")
    read = call.weights if isinstance(call, Node) else ()
    owned = layer.weights if layer is not None else ()
    known = graph.weight_by_id
    return [known[id_] for id_ in dict.fromkeys((*read, *owned)) if id_ in known]
