"""The boxes and lines that a picture shows, for formats that are laid out by other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graphscope.exporters.opening import scopes_to_open
from graphscope.exporters.options import ExportOptions

_EDGE_KINDS = ("data", "mask", "state", "control")


@dataclass(frozen=True, slots=True)
class Box:
    """An item of the drawing document that is shown, closed or open."""

    item: int
    id: str
    name: str
    type: str
    shape: str
    count: int
    children: tuple[int, ...] = ()
    """Items inside, for open scopes."""
    kind: str = "op"
    """As in the drawing document: `input`, `layer`, `op`, ..."""
    is_scope: bool = False
    """Whether there is something inside."""


@dataclass(frozen=True, slots=True)
class Line:
    """All tensors of one shape and kind between two boxes."""

    source: int
    target: int
    kind: str
    shape: str
    count: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown; `scopes` are open, the root first, each before those inside it."""

    name: str
    scopes: tuple[Box, ...]
    boxes: dict[int, Box]
    """Closed boxes by item."""
    lines: tuple[Line, ...]


def make_picture(
    document: dict[str, Any], options: ExportOptions, opened: Iterable[str] | None = None
) -> Picture:
    """Return what a drawing document shows with these options.

    Args:
        document: as `make_drawing` returns it.
        options: what is open, unless `opened` says it.
        opened: ids of the open scopes.

    Raises:
        ExportError: when `options` name a scope that the graph does not have.
    """
    opened = set(scopes_to_open(document, options) if opened is None else opened)
    shown = _shown_items(document, opened)
    parents = document["items"]["parent"]
    children: dict[int, list[int]] = {item: [] for item, is_open in shown.items() if is_open}
    for item in shown:
        if item:
            children[parents[item]].append(item)
    return Picture(
        name=document["name"],
        scopes=tuple(_make_box(document, item, children[item]) for item in children),
        boxes={item: _make_box(document, item) for item, is_open in shown.items() if not is_open},
        lines=tuple(_lift_edges(document, shown)),
    )


def _shown_items(document: dict[str, Any], opened: set[str]) -> dict[int, bool]:
    """Return the items that are shown, in order, and whether each is open."""
    items, strings = document["items"], document["strings"]
    shown = {0: True}
    for item, parent in enumerate(items["parent"][1:], start=1):
        if shown.get(parent):
            shown[item] = strings[items["id"][item]] in opened
    return shown


def _make_box(document: dict[str, Any], item: int, children: list[int] | None = None) -> Box:
    items, strings = document["items"], document["strings"]
    name, type_, shape = (strings[items[column][item]] for column in ("name", "type", "shape"))
    return Box(
        item=item,
        id=strings[items["id"][item]],
        name=name,
        type=type_,
        shape=shape,
        count=items["count"][item],
        children=tuple(children or ()),
        kind=document["kinds"][items["kind"][item]],
        is_scope=item + 1 < len(items["parent"]) and items["parent"][item + 1] == item,
    )


def _lift_edges(document: dict[str, Any], shown: dict[int, bool]) -> list[Line]:
    """Let edges between nodes that are hidden end at the closed boxes around them."""
    edges, strings = document["edges"], document["strings"]
    box_of = _find_boxes(document, shown)
    columns = [edges[name] for name in ("source", "port", "target", "kind", "shape")]
    tensors = dict.fromkeys(zip(*columns, strict=True))
    lifted = dict.fromkeys(
        (source, port, box_of[source], box_of[target], kind, shape)
        for source, port, target, kind, shape in tensors
        if box_of[source] != box_of[target]
    )
    counts = Counter(row[2:] for row in lifted)
    return [
        Line(source, target, _EDGE_KINDS[kind], strings[shape], count)
        for (source, target, kind, shape), count in counts.items()
    ]


def _find_boxes(document: dict[str, Any], shown: dict[int, bool]) -> list[int]:
    boxes: list[int] = []
    for item, parent in enumerate(document["items"]["parent"]):
        boxes.append(item if item in shown else boxes[parent])
    return boxes
