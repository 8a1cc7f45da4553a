"""The rows of a graph document, checked before a graph is made of them.

A document may come from a stranger or from another program, so that every value can be anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, NamedTuple, TypeGuard

from graphscope.errors import ReadError
from graphscope.graph import EdgeKind, NodeKind, ScopeKind
from graphscope.graph.dimensions import canonical
from graphscope.readers.text import quote

REMEDY = "docs/graph-json.md describes the document."

MAX_SIZE = 1 << 53
"""Of a dimension: larger numbers are not exact in a browser."""

Row = dict[str, Any]


class _Field(NamedTuple):
    fits: Callable[[Any], bool]
    expected: str
    is_needed: bool = False


def is_text(value: Any) -> TypeGuard[str]:
    """Whether a value is a text that is not broken."""
    return isinstance(value, str) and (value.isascii() or not _is_broken(value))


def is_size(value: Any) -> bool:
    """Whether a value is a size as it stands in a shape: a number, an open size or unknown."""
    if isinstance(value, str):
        return canonical(value) is not None
    return value is None or is_count(value)


def is_count(value: Any) -> TypeGuard[int]:
    """Whether a value is a whole number from zero on."""
    return type(value) is int and 0 <= value <= MAX_SIZE


def is_shape(value: Any) -> bool:
    """Whether a value is a list of sizes, or null: of unknown rank."""
    return value is None or (isinstance(value, list) and all(is_size(size) for size in value))


def is_object(value: Any) -> bool:
    """Whether a value is an object in which all texts and numbers can be written again."""
    return isinstance(value, dict) and _is_sound(value)


def _is_sound(value: Any) -> bool:
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(is_text(key) and _is_sound(item) for key, item in value.items())
    return not isinstance(value, list) or all(_is_sound(item) for item in value)


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _is_spec(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and is_text(value[0]) and is_shape(value[1])


def _is_port(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and is_text(value[0]) and is_count(value[1])


def _is_source(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (2, 3)
        and is_text(value[0])
        and is_count(value[1])
        and all(is_text(item) for item in value[2:])
    )


def _all(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(fits(item) for item in value)


def _or_null(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _one_of(names: Container[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in names


def _kinds(kinds: Iterable[str]) -> _Field:
    names = [str(kind) for kind in kinds]
    return _Field(_one_of(names), f"one of {', '.join(names)}", True)


_NEEDED = _Field(is_text, "a text", True)
_TEXT = _Field(is_text, "a text")
_TEXT_OR_NULL = _Field(_or_null(is_text), "a text or null")
_TEXTS = _Field(_all(is_text), "a list of texts")
_OBJECT = _Field(is_object, "an object of sound texts and finite numbers")
_PORTS = _Field(_all(_is_port), "a list of [node, port]")
_SOURCE = _Field(_or_null(_is_source), "[file, line, function]")
_FLAG = _Field(lambda value: isinstance(value, bool), "true or false")

PARTS: dict[str, dict[str, _Field]] = {
    "scopes": {
        "id": _NEEDED,
        "name": _NEEDED,
        "type": _NEEDED,
        "kind": _kinds(ScopeKind),
        "parent": _TEXT_OR_NULL._replace(is_needed=True),
        "layer": _TEXT_OR_NULL,
        "inputs": _PORTS,
        "outputs": _PORTS,
        "attributes": _OBJECT,
        "source": _SOURCE,
    },
    "nodes": {
        "id": _NEEDED,
        "name": _NEEDED,
        "type": _NEEDED,
        "kind": _kinds(NodeKind),
        "scope": _NEEDED,
        "outputs": _Field(_all(_is_spec), "a list of [dtype, shape]"),
        "layer": _TEXT_OR_NULL,
        "weights": _TEXTS,
        "attributes": _OBJECT,
        "source": _SOURCE,
    },
    "layers": {
        "id": _NEEDED,
        "name": _NEEDED,
        "class_name": _NEEDED,
        "module": _TEXT,
        "trainable": _FLAG,
        "weights": _TEXTS,
        "config": _OBJECT,
        "parent": _TEXT_OR_NULL,
        "has_unknown_weights": _FLAG,
    },
    "weights": {
        "id": _NEEDED,
        "name": _NEEDED,
        "layer": _NEEDED,
        "shape": _Field(_all(is_count), "a list of whole numbers from 0 on", True),
        "dtype": _NEEDED,
        "trainable": _FLAG,
    },
    "notes": {"code": _NEEDED, "message": _NEEDED, "subject": _TEXT_OR_NULL},
}
"""The parts of a document that are lists of objects, and their fields."""

_EDGE_KINDS = frozenset(str(kind) for kind in EdgeKind)


def check_rows(document: Mapping[str, Any], subject: str) -> Row:
    """Return the document with all its parts, each row with the fields of its type and no other.

    Raises:
        ReadError: when a part is missing, or a row is not of the form that it must have; it names
            the row.
    """
    checked: Row = {**document}
    for part, fields in PARTS.items():
        rows = _take_list(document, part, subject)
        checked[part] = [_check(row, fields, f"{part}[{i}]", subject) for i, row in enumerate(rows)]
    for part, fits, expected in (
        ("edges", _is_edge, "[source, port, target, port] or the same with a kind"),
        ("outputs", _is_port, "[node, port]"),
        ("declared", _is_pair, "[source, target]"),
    ):
        for index, row in enumerate(_take_list(document, part, subject)):
            if not fits(row):
                raise refusal(subject, f"{part}[{index}] is {quote(row)}", expected)
    name, metadata = document.get("name"), document.get("metadata")
    if not is_text(name):
        raise refusal(subject, f"name is {quote(name)}", "a text")
    if not is_object(metadata):
        raise refusal(subject, f"metadata is {quote(metadata)}", _OBJECT.expected)
    return checked


def _take_list(document: Mapping[str, Any], part: str, subject: str) -> list[Any]:
    rows = document.get(part)
    if not isinstance(rows, list):
        raise refusal(subject, f"{part} is {quote(rows)}", "a list")
    return rows


def _check(row: Any, fields: Mapping[str, _Field], place: str, subject: str) -> Row:
    if not isinstance(row, dict):
        raise refusal(subject, f"{place} is {quote(row)}", "an object")
    for key, field in fields.items():
        if key not in row:
            if field.is_needed:
                raise ReadError(f"{subject}: {_shown(place, row)} has no {key}.", REMEDY)
        elif not field.fits(row[key]):
            raise refusal(
                subject, f"{_shown(place, row)} has {key} = {quote(row[key])}", field.expected
            )
    # Later versions may add fields; those of another kind of row are left out as well.
    return row if row.keys() <= fields.keys() else {key: row[key] for key in fields if key in row}


def _shown(place: str, row: Row) -> str:
    return place + (f" ({quote(row['id'])})" if "id" in row else "")


def _is_edge(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) in (4, 5)
        and _is_port(row[:2])
        and _is_port(row[2:4])
        and all(isinstance(kind, str) and kind in _EDGE_KINDS for kind in row[4:])
    )


def _is_pair(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 2 and all(is_text(item) for item in row)


def refusal(subject: str, found: str, expected: str) -> ReadError:
    """Return the error that something else must stand where `found` does."""
    return ReadError(f"{subject}: {found}, but {expected} must stand there.", REMEDY)
