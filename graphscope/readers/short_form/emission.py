"""From the entries of a graph in the short form to the graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from graphscope.graph import (
    NOTHING,
    ROOT,
    Graph,
    GraphBuilder,
    Layer,
    NodeKind,
    Port,
    ScopeKind,
    TensorSpec,
    Weight,
)
from graphscope.readers.graph_json import check_version
from graphscope.readers.graph_rows import refusal
from graphscope.readers.keras.ownership import display_name
from graphscope.readers.keras.values import ValueCleaner
from graphscope.readers.short_form.edges import Groups, unfold
from graphscope.readers.short_form.rows import Row, check_parents, read_edges, read_rows
from graphscope.readers.text import quote

SCHEMA = "graphscope-graph"

Shape: TypeAlias = tuple[Any, ...] | None

_LAYER = NodeKind.LAYER  # Looking a member up takes as long as all else that is asked of a node.


def read_short_form(document: Mapping[str, Any], subject: str) -> Graph:
    """Return the graph of a document in the short form.

    Args:
        document: a JSON object.
        subject: what messages call it.

    Raises:
        ReadError: when an entry is not of the form that it must have, or the entries contradict
            each other; the message names the entry.
    """
    check_version(document, subject)
    name = document.get("name", "graph")
    if not isinstance(name, str):
        raise refusal(subject, f"name is {quote(name)}", "a text")
    rows = read_rows(document.get("nodes"), subject)
    groups = Groups({row.id: row.parent for row in rows.values()})
    check_parents(rows, groups, subject)
    edges = read_edges(document.get("edges", []), rows, subject)
    builder = GraphBuilder(display_name(name), root_type="Graph")
    cleaner = ValueCleaner()
    places = _add_rows(builder, rows, groups, cleaner)
    joined = list(unfold(edges, groups, subject))
    _add_edges(builder, joined, places)
    _add_crossings(builder, joined, places, groups)
    if cleaner.shortened:
        builder.add_note(
            "value-shortened", f"{cleaner.shortened:,} long values of the file were shortened."
        )
    leaving = {source for source, _ in joined}
    ends = [Port(places[row]) for row in rows if row not in groups and row not in leaving]
    return builder.build(outputs=ends, metadata={"format": "short form"})


def _add_rows(
    builder: GraphBuilder, rows: Mapping[str, Row], groups: Groups, cleaner: ValueCleaner
) -> dict[str, str]:
    """Add nodes and groups; return their ids in the graph by those in the document."""
    places: dict[str, str] = {}
    outputs = _Outputs()
    for each, row in rows.items():
        # Groups may come after what lies in them.
        for group in groups.around(each) if row.parent is not None else ():
            if group not in places:
                _add_group(builder, rows[group], places, cleaner)
        if each in groups:
            if each not in places:
                _add_group(builder, row, places, cleaner)
        else:
            _add_node(builder, row, places, cleaner, outputs)
    return places


class _Outputs(dict[tuple[str, Shape], tuple[TensorSpec, ...]]):
    """What nodes make, by dtype and shape: large graphs have few kinds."""

    def __missing__(self, key: tuple[str, Shape]) -> tuple[TensorSpec, ...]:
        dtype, shape = key
        made = self[key] = (TensorSpec(shape, dtype[:32]),)
        return made


def _add_edges(
    builder: GraphBuilder, edges: Iterable[tuple[str, str]], places: Mapping[str, str]
) -> None:
    given: dict[str, int] = {}
    for source, target in edges:
        port = given.get(target, 0)
        given[target] = port + 1
        builder.add_edge(Port(places[source]), places[target], port)


def _add_crossings(
    builder: GraphBuilder,
    edges: Iterable[tuple[str, str]],
    places: Mapping[str, str],
    groups: Groups,
) -> None:
    """Tell each group which tensors go into it and out of it."""
    if not groups:
        return
    taken: dict[str, dict[Port, None]] = {}
    returned: dict[str, dict[Port, None]] = {}
    for source, target in edges:
        if groups.lie_together(source, target):
            continue
        outer, inner = groups.around(source), groups.around(target)
        shared = sum(one == other for one, other in zip(outer, inner, strict=False))
        for group in inner[shared:]:
            taken.setdefault(group, {})[Port(places[source])] = None
        for group in outer[shared:]:
            returned.setdefault(group, {})[Port(places[source])] = None
    for group in taken.keys() | returned.keys():
        scope = builder.get_scope(places[group])
        inputs, outputs = taken.get(group, {}), returned.get(group, {})
        builder.put_scope(replace(scope, inputs=tuple(inputs), outputs=tuple(outputs)))


def _add_group(
    builder: GraphBuilder, row: Row, places: dict[str, str], cleaner: ValueCleaner
) -> None:
    name, type_ = display_name(row.name), display_name(row.op)
    added = builder.open_scope(name, type_, ScopeKind.LAYER, parent=_scope_of(row, places))
    layer, _ = _add_layer(builder, row, added, name, type_)
    attributes = _attributes(row, cleaner)
    if row.shape is not None:
        attributes["shape"] = row.shape
    builder.put_scope(replace(builder.get_scope(added), layer=layer, attributes=attributes))
    places[row.id] = added


def _add_node(
    builder: GraphBuilder,
    row: Row,
    places: dict[str, str],
    cleaner: ValueCleaner,
    outputs: _Outputs,
) -> None:
    name, type_, scope = display_name(row.name), display_name(row.op), _scope_of(row, places)
    path = name if scope == ROOT else f"{scope}/{name}"
    layer, weights = _add_layer(builder, row, path, name, type_)
    places[row.id] = builder.add_node(
        name,
        type_,
        row.kind,
        scope=scope,
        outputs=outputs[row.dtype, None if row.shape is None else tuple(row.shape)],
        layer=layer,
        weights=weights,
        attributes=_attributes(row, cleaner),
    )


def _scope_of(row: Row, places: Mapping[str, str]) -> str:
    return ROOT if row.parent is None else places[row.parent]


def _attributes(row: Row, cleaner: ValueCleaner) -> dict[str, Any]:
    named = {"id": row.id} if row.id != row.name else {}
    if not named and not row.attributes:
        return {}
    found: dict[str, Any] = cleaner.clean({**named, **row.attributes})
    return found


def _add_layer(
    builder: GraphBuilder, row: Row, path: str, name: str, class_name: str
) -> tuple[str | None, tuple[str, ...]]:
    """Add the layer that a node or group is a call of, and the weights it owns."""
    if row.kind is not _LAYER and not row.params:
        return None, ()
    layer = builder.make_layer_id(path)
    weights: tuple[str, ...] = ()
    if row.params:
        weights = (builder.make_weight_id(layer, "parameters"),)
        dtype = row.dtype[:32] or "float32"
        builder.add_weight(Weight(weights[0], "parameters", layer, (row.params,), dtype, True))
    builder.add_layer(Layer(layer, name, class_name, "", True, weights, NOTHING, None, False))
    return layer, weights
