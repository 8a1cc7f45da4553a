"""The drawing document: what the page and the headless drawing code know about a graph.

Columns of small numbers and one dictionary of strings, so that 50,000 nodes travel as a few hundred
kilobytes. The document is made from the outline: constants and synthetic operations are not in it,
blocks and repeats are.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphscope.analysis import Costs, count_parameters, estimate_costs, find_roles
from graphscope.analysis.code_places import place_code
from graphscope.analysis.inventory import describe_gaps
from graphscope.analysis.outline import Item, Outline, fold
from graphscope.exporters.families import FAMILIES, family_of
from graphscope.exporters.item_flags import flag_items, name_weights
from graphscope.exporters.item_values import measure_items, to_number
from graphscope.exporters.live_values import LIVE, QUICK, add_live
from graphscope.exporters.node_data import find_node_data
from graphscope.exporters.unknown_values import leave_out_unknown
from graphscope.graph import (
    ROOT,
    EdgeKind,
    Graph,
    Node,
    NodeKind,
    Note,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
    format_shape,
)
from graphscope.graph.code import code_of
from graphscope.graph.collecting import pause_collecting

FORMAT = "graphscope-drawing"
VERSION = 1

KINDS = (
    "root",
    "layer",
    "operation",
    "subgraph",
    "block",
    "repeat",
    "input",
    "constant",
    "node_layer",
    "op",
    "phase",
)
ROLES = ("", "input", "output", "hidden", "intermediate")
EDGE_KINDS = (EdgeKind.DATA, EdgeKind.MASK, EdgeKind.STATE, EdgeKind.CONTROL)
OVERLAYS: tuple[dict[str, Any], ...] = (
    {"name": "type", "label": "Type"},
    {"name": "parameters", "label": "Parameters", "unit": ""},
    {"name": "flops", "label": "FLOPs", "unit": ""},
    {"name": "output_bytes", "label": "Output bytes", "unit": "B"},
    {"name": LIVE, "label": "Live at peak", "unit": "B", "later": True},
    {"name": "dtype", "label": "Dtype", "scale": "category"},
    {"name": "trainable", "label": "Trainable", "scale": "category"},
)


def encode_drawing(graph: Graph, *, batch: int = 1) -> bytes:
    """Return the drawing document as gzip JSON; the same graph gives the same bytes."""
    return pack(make_drawing(graph, batch=batch))


def pack(document: dict[str, Any]) -> bytes:
    """Return a document as gzip JSON."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Half of a surrogate pair, which values of nodes may hold, is an escape of JSON then.
    return gzip.compress(text.encode("utf-8", "backslashreplace"), compresslevel=6, mtime=0)


def make_drawing(graph: Graph, *, batch: int = 1, overlay: str = "type") -> dict[str, Any]:
    """Return the drawing document of a graph as JSON values.

    Args:
        graph: a traced graph, or one that was read from a file.
        batch: the number that the batch dimension stands for in FLOPs and bytes.
        overlay: which values are wanted for certain, also where counting them takes long.
    """
    outline = fold(graph)
    document = draw(graph, outline, estimate_costs(graph, batch), batch=batch)
    if overlay == LIVE and LIVE not in document["values"]:
        add_live(document, graph, outline, batch=batch)
    return document


def draw(graph: Graph, outline: Outline, costs: Costs, *, batch: int = 1) -> dict[str, Any]:
    """Return the drawing document of a graph whose outline and costs are known already.

    Args:
        graph: the graph.
        outline: of the graph.
        costs: of the graph, for this `batch`.
        batch: the number that the batch dimension stands for.
    """
    with pause_collecting():
        document = _make_document(graph, outline, costs)
        if len(graph.nodes) <= QUICK:
            add_live(document, graph, outline, batch=batch)
        return document


def _make_document(graph: Graph, outline: Outline, costs: Costs) -> dict[str, Any]:
    strings = _Strings()
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": make_safe(graph.name),
        "subtitle": make_safe(_describe_origin(graph.metadata)),
        "strings": strings.list,
        "kinds": list(KINDS),
        "families": list(FAMILIES),
        "roles": list(ROLES),
        "items": _item_columns(graph, outline, strings),
        "values": leave_out_unknown(measure_items(graph, outline, costs), graph, outline),
        "overlays": [dict(overlay) for overlay in OVERLAYS if _applies(overlay["name"], graph)],
        "edges": _edge_columns(graph, outline, strings),
        "outputs": _find_outputs(outline),
        "notes": _note_rows(graph, outline, describe_gaps(costs)),
        "totals": count_totals(graph, costs),
        **_carried(graph, outline),
    }


def _carried(graph: Graph, outline: Outline) -> dict[str, Any]:
    rows = find_node_data(graph)
    carried: dict[str, Any] = {"node_data": rows} if rows else {}
    code = _count_code(graph, outline)
    return carried | ({"code": code} if code else {})


def _count_code(graph: Graph, outline: Outline) -> dict[str, Any]:
    """Return how many pieces of code came with the graph, and the items they are shown at."""
    pieces = code_of(graph)
    custom = sum(piece.is_custom for piece in pieces)
    places = [outline.positions[call] for call in place_code(graph) if call in outline.positions]
    found = {"held": len(pieces) - custom, "named": custom, "items": sorted(places)}
    return found if pieces else {}


def _applies(overlay: str, graph: Graph) -> bool:
    """Whether an overlay can say anything about a graph."""
    return bool(graph.weights) if overlay == "trainable" else True


def make_safe(text: str) -> str:
    """Return the text without lone surrogates, which no UTF-8 holds and some JSON readers refuse.

    >>> make_safe("a" + chr(0xD800))
    'a\\\\ud800'
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


class _Strings:
    """The dictionary of strings; the empty one has the number 0."""

    def __init__(self) -> None:
        self.list: list[str] = [""]
        self._numbers = {"": 0}

    def number(self, text: str) -> int:
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.list)
            self.list.append(make_safe(text))
        return found


def _describe_origin(metadata: Mapping[str, Any]) -> str:
    known = (metadata.get("producer"), metadata.get("backend"))
    return " · ".join(str(each) for each in known if each)


def _item_columns(graph: Graph, outline: Outline, strings: _Strings) -> dict[str, list[int]]:
    items = outline.items
    roles = find_roles(graph)
    nodes = graph.node_by_id
    specs = [[nodes[node].outputs[output] for node, output in item.made] for item in items]
    return {
        "id": [strings.number(item.id) for item in items],
        "name": [strings.number(item.name) for item in items],
        "type": [strings.number(item.type) for item in items],
        "kind": [KINDS.index(item.kind) for item in items],
        "parent": [item.parent for item in items],
        "family": [_find_family(item) for item in items],
        "shape": [strings.number(_describe_shapes(found)) for found in specs],
        "dtype": [strings.number(found[0].dtype if found else "") for found in specs],
        "role": [ROLES.index(roles.get(item.subject or "", "")) for item in items],
        "count": [item.count for item in items],
        "leaves": [item.leaves for item in items],
        "signature": _renumber(item.signature for item in items),
        "flags": flag_items(graph, outline),
        "weights": [strings.number(names) for names in name_weights(graph, outline)],
    }


def _find_family(item: Item) -> int:
    return FAMILIES.index("input" if item.kind == "input" else family_of(item.type))


def _describe_shapes(specs: Sequence[TensorSpec]) -> str:
    if not specs:
        return ""
    more = f" +{len(specs) - 1}" if len(specs) > 1 else ""
    return format_shape(specs[0].shape) + more


def _renumber(signatures: Iterable[int]) -> list[int]:
    """Number by first appearance: small numbers pack well."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(signature, len(numbers)) for signature in signatures]


def _edge_columns(graph: Graph, outline: Outline, strings: _Strings) -> dict[str, list[int]]:
    positions, wiring = outline.positions, outline.wiring
    makers = [positions[node] for node, _ in wiring.tensors]
    shapes = [
        strings.number(_describe_shapes([graph.spec(Port(node, output))]))
        for node, output in wiring.tensors
    ]
    rows = [
        (makers[slot.tensor], positions[node], slot)
        for node, slots in wiring.slots.items()
        for slot in slots
    ]
    rows.sort(key=lambda row: row[1])
    return {
        "source": [source for source, _, _ in rows],
        "target": [target for _, target, _ in rows],
        "kind": [EDGE_KINDS.index(slot.kind) for _, _, slot in rows],
        "shape": [shapes[slot.tensor] for _, _, slot in rows],
        "port": [wiring.tensors[slot.tensor][1] for _, _, slot in rows],
    }


def _find_outputs(outline: Outline) -> list[int]:
    makers = (outline.wiring.tensors[tensor][0] for tensor in outline.wiring.returned)
    return list(dict.fromkeys(outline.positions[maker] for maker in makers))


def _note_rows(graph: Graph, outline: Outline, gaps: Iterable[Note]) -> list[dict[str, Any]]:
    places = dict(outline.positions)
    calls: list[Node | Scope] = [*graph.scopes, *graph.nodes]
    for call in reversed(calls):
        if call.layer is not None and call.id in outline.positions:
            places[call.layer] = outline.positions[call.id]
    return [
        {
            "code": make_safe(note.code),
            "message": make_safe(note.message),
            "item": places.get(note.subject or "", -1),
        }
        for note in (*graph.notes, *gaps, *_describe_hidden(outline))
    ]


def _describe_hidden(outline: Outline) -> list[Note]:
    count = outline.wiring.sizes
    if not count:
        return []
    operations = "1 operation" if count == 1 else f"{count:,} operations"
    return [Note("sizes-hidden", f"Not drawn: {operations} for shapes at run time.")]


def count_totals(graph: Graph, costs: Costs) -> dict[str, int | float | None]:
    """Return the counts and sums that the page shows of a whole graph.

    Where some are left out of a sum it is a lower bound; one of nothing is None.
    """
    parameters = count_parameters(graph)
    kinds = Counter(node.kind for node in graph.nodes)
    scopes = sum(scope.kind is ScopeKind.LAYER and scope.id != ROOT for scope in graph.scopes)
    return {
        "nodes": len(graph.nodes),
        "edges": len(graph.edges),
        "ops": kinds[NodeKind.OP],
        "layers": sum(layer.id != graph.scope_by_id[ROOT].layer for layer in graph.layers),
        "layer_calls": kinds[NodeKind.LAYER] + scopes,
        "parameters": _know(parameters.total, unknown=parameters.unknown_layers),
        "trainable_parameters": _know(parameters.trainable, unknown=parameters.unknown_layers),
        "layers_of_unknown_weights": parameters.unknown_layers,
        "flops": _know(costs.total_flops, unknown=costs.unknown_count),
        "unknown_flops": costs.unknown_count,
        "output_bytes": to_number(costs.total_output_bytes),
    }


def _know(total: int, *, unknown: int) -> int | float | None:
    return None if unknown and not total else to_number(total)
