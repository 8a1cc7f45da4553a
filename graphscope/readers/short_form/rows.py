"""The entries of a graph in the short form, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphscope.errors import ReadError
from graphscope.graph import NodeKind
from graphscope.readers.graph_rows import REMEDY, is_count, is_shape, refusal
from graphscope.readers.short_form.edges import Groups
from graphscope.readers.text import quote

MAX_DEPTH = 200
"""How deep groups may be nested."""

_OWN_KEYS = frozenset({"id", "name", "op", "kind", "parent", "params", "shape", "dtype"})
_DEFAULT_OP = "Node"
_INPUT = "Input"
_KINDS = {str(kind): kind for kind in NodeKind}

_CHECKS: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("op", lambda value: isinstance(value, str), "a text"),
    ("name", lambda value: isinstance(value, str), "a text"),
    ("dtype", lambda value: isinstance(value, str), "a text"),
    (
        "kind",
        lambda value: isinstance(value, str) and value in _KINDS,
        f"one of {', '.join(_KINDS)}",
    ),
    ("params", is_count, "a whole number from 0 on"),
    ("shape", is_shape, 'a list of numbers, open sizes such as "B", or null'),
)

_FITS = {key: fits for key, fits, _ in _CHECKS}


@dataclass(slots=True)
class Row:
    """A node or group of the document, checked."""

    index: int
    """Where it stands in the document."""
    id: str
    name: str
    op: str
    kind: NodeKind
    parent: str | None
    params: int
    shape: list[Any] | None
    dtype: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """How messages call it."""
        return _describe_place(self.index, self.id)


def read_rows(nodes: Any, subject: str) -> dict[str, Row]:
    """Return the nodes and groups of a document by their ids.

    Raises:
        ReadError: when an entry is not of the form that it must have, or two have the same id.
    """
    if not isinstance(nodes, list):
        raise refusal(subject, f"nodes is {quote(nodes)}", "a list")
    rows: dict[str, Row] = {}
    for index, entry in enumerate(nodes):
        row = _read_row(entry, subject, index)
        if row.id in rows:
            raise ReadError(
                f"{subject}: {row.place} has the same id as {rows[row.id].place}, read as text.",
                "Ids must differ.",
            )
        rows[row.id] = row
    return rows


def check_parents(rows: Mapping[str, Row], groups: Groups, subject: str) -> None:
    """Check that groups are there, and lie in each other like boxes.

    Raises:
        ReadError: when they do not, or too many lie in each other.
    """
    for row in rows.values():
        if row.parent is not None and row.parent not in rows:
            raise ReadError(
                f"{subject}: {row.place} has the parent {quote(row.parent)}, which is not among "
                "the nodes.",
                REMEDY,
            )
    ring = groups.find_ring()
    if ring is not None:
        raise ReadError(
            f"{subject}: {rows[ring].place} lies in itself: its parents form a ring.", REMEDY
        )
    for row in rows.values() if groups else ():
        if groups.depth(row.id) > MAX_DEPTH:
            raise ReadError(
                f"{subject}: {row.place} is nested more than {MAX_DEPTH} groups deep.",
                "A drawing shows far fewer; leave some groups out.",
            )


def read_edges(edges: Any, rows: Mapping[str, Row], subject: str) -> list[tuple[str, str]]:
    """Return the edges of a document, as the ids of their ends.

    Raises:
        ReadError: when an entry is not of the form that it must have, or an end is missing.
    """
    if not isinstance(edges, list):
        raise refusal(subject, f"edges is {quote(edges)}", "a list")
    found: list[tuple[str, str]] = []
    for index, entry in enumerate(edges):
        # Almost all ends are texts or numbers of nodes that are there.
        if type(entry) is list and len(entry) == 2:
            source, target = entry
            source = str(source) if type(source) is int else source
            target = str(target) if type(target) is int else target
            if type(source) is str and type(target) is str and source in rows and target in rows:
                found.append((source, target))
                continue
        raise _refuse_edge(entry, rows, subject, f"edges[{index}]")
    return found


def _refuse_edge(entry: Any, rows: Mapping[str, Row], subject: str, place: str) -> ReadError:
    if not isinstance(entry, list) or len(entry) != 2:
        return refusal(subject, f"{place} is {quote(entry)}", "[source, target]")
    ends = [_read_id(end, subject, f"{place} has the end") for end in entry]
    missing = next(end for end in ends if end not in rows)
    return ReadError(
        f"{subject}: {place} has the end {quote(missing)}, which is not among the nodes.", REMEDY
    )


def _read_row(entry: Any, subject: str, index: int) -> Row:
    if not isinstance(entry, dict):
        raise refusal(subject, f"nodes[{index}] is {quote(entry)}", "an object")
    get = entry.get
    id_ = get("id")
    if type(id_) is not str:
        id_ = _read_id(id_, subject, f"nodes[{index}] has the id")
    if False in [fits(entry[key]) for key, fits in _FITS.items() if key in entry]:
        raise _refuse_row(entry, subject, _describe_place(index, id_))
    op, parent = get("op", _DEFAULT_OP), get("parent")
    if parent is not None and type(parent) is not str:
        parent = _read_id(parent, subject, f"{_describe_place(index, id_)} has the parent")
    return Row(
        index,
        id_,
        get("name", id_),
        op,
        _KINDS[get("kind", "input" if op == _INPUT else "layer")],
        parent,
        get("params", 0),
        get("shape"),
        get("dtype", ""),
        {} if _OWN_KEYS.issuperset(entry) else _rest(entry),
    )


def _rest(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in _OWN_KEYS}


def _refuse_row(entry: dict[str, Any], subject: str, place: str) -> ReadError:
    key, expected = next(
        (key, expected) for key, fits, expected in _CHECKS if key in entry and not fits(entry[key])
    )
    return refusal(subject, f"{place} has {key} = {quote(entry[key])}", expected)


def _describe_place(index: int, id_: str) -> str:
    return f"nodes[{index}] ({quote(id_)})"


def _read_id(value: Any, subject: str, place: str) -> str:
    if isinstance(value, str) or type(value) is int:
        return str(value)
    raise refusal(subject, f"{place} {quote(value)}", "a text or whole number")
