"""Reads the notation of `tests.support.graphs`: text to elements, nothing about graphs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.graph import ROOT, Dimension, EdgeKind, Port, TensorSpec

DEFAULT = TensorSpec(("B",), "float32")
_SHAPE = r"\[[^\]]*\]\w*"
_ELEMENT = re.compile(
    r"(?P<path>[\w/#%]+)(?:\.(?P<port>\d+))?"
    r"(?:(?P<sigil>[:=~])(?P<type>\w+))?(?:@(?P<layer>[\w/#]+))?"
    rf"(?:\((?P<weights>[^)]*)\))?(?P<shapes>(?:{_SHAPE})*)(?=[{{,\s]|-|$)"
)
_WEIGHT = re.compile(r"(?P<frozen>!?)(?P<name>\w+)(?P<shape>\[[^\]]*\])(?:@(?P<layer>[\w/#]+))?")
_ARROW = re.compile(r"-(mask|state|control)?>")


@dataclass
class Element:
    """One element as written; empty where nothing was said."""

    path: str
    port: int
    sigil: str
    type: str
    layer: str
    weights: list[re.Match[str]]
    specs: list[TensorSpec]
    attributes: dict[str, Any]

    @property
    def parts(self) -> tuple[str, str]:
        """The id of the scope and the name."""
        scope, _, name = self.path.rpartition("/")
        return scope or ROOT, name.partition("#")[0]


def read_chain(statement: str) -> Iterator[tuple[EdgeKind, list[Element]]]:
    kind, position = EdgeKind.DATA, 0
    while True:
        elements, position = read_list(statement, position)
        yield kind, elements
        arrow = _ARROW.match(statement, position)
        if arrow is None:
            assert position == len(statement), f"cannot read {statement[position:]!r}"
            return
        kind = EdgeKind(arrow[1] or "data")
        position = _skip(statement, arrow.end())


def read_list(statement: str, position: int) -> tuple[list[Element], int]:
    elements = []
    while True:
        element, position = _scan_element(statement, position)
        elements.append(element)
        if statement[position : position + 1] != ",":
            return elements, position
        position = _skip(statement, position + 1)


def _scan_element(statement: str, position: int) -> tuple[Element, int]:
    found = _ELEMENT.match(statement, position)
    assert found, f"cannot read {statement[position:]!r}"
    attributes, position = {}, found.end()
    if statement[position : position + 1] == "{":
        attributes, position = json.JSONDecoder().raw_decode(statement, position)
    element = Element(
        path=found["path"],
        port=int(found["port"] or 0),
        sigil=found["sigil"] or "",
        type=found["type"] or "",
        layer=found["layer"] or "",
        weights=list(_WEIGHT.finditer(found["weights"] or "")),
        specs=[read_spec(text) for text in re.findall(_SHAPE, found["shapes"])],
        attributes=attributes,
    )
    return element, _skip(statement, position)


def read_element(text: str) -> Element:
    element, end = _scan_element(text.strip(), 0)
    assert end == len(text.strip()), f"cannot read {text[end:]!r}"
    return element


def read_ports(text: str) -> list[Port]:
    elements, _ = read_list(text.strip(), 0)
    return [Port(element.path, element.port) for element in elements]


def read_spec(text: str) -> TensorSpec:
    shape, _, dtype = text.partition("]")
    return TensorSpec(read_sizes(f"{shape}]"), dtype or "float32")


def read_sizes(text: str) -> tuple[Dimension, ...] | None:
    inside = text[1:-1].replace(" ", "")
    if inside == "*":
        return None
    return tuple(_read_size(size) for size in inside.split(",") if size)


def _read_size(text: str) -> Dimension:
    if text == "?":
        return None
    return int(text) if text.isdigit() else text


def _skip(text: str, position: int) -> int:
    while text[position : position + 1].isspace():
        position += 1
    return position
