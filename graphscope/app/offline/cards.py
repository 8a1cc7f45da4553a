"""The cards of the details panel as data, for pages that have nobody to ask."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

from graphscope.app.facts import Facts
from graphscope.app.offline.blocks import pack_block
from graphscope.app.present import present_item, present_model
from graphscope.app.present.card import (
    Bar,
    Card,
    Listing,
    Message,
    Row,
    Section,
    Table,
    Tensor,
    clean,
)

CARDS_PER_BLOCK: Final = 256
"""A block is unpacked when one of its cards is looked at: 256 of them are 100 KB of JSON, read in
2 ms, and neighbours repeat each other enough for gzip."""

MOST_CARDS: Final = 20_000
"""A card takes about a tenth of a millisecond to make and 60 bytes packed. Beyond this the file
says so instead."""

_TAGGED = (Row, Tensor, Bar, Table, Message, Listing)


def pack_cards(facts: Facts) -> list[str]:
    """Return the cards of all items, in the order of the drawing document, as packed blocks.

    The first is the card of the model. Items after the first `MOST_CARDS` have none.
    """
    items = [item.id for item in facts.outline.items][:MOST_CARDS]
    return [
        pack_block(json.dumps(list(_describe(facts, part)), separators=(",", ":")))
        for part in _split(items)
    ]


def _split(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), CARDS_PER_BLOCK):
        yield items[start : start + CARDS_PER_BLOCK]


def _describe(facts: Facts, items: Sequence[str]) -> Iterator[Any]:
    root = facts.outline.items[0].id
    for item in items:
        card = present_model(facts) if item == root else _present(facts, item)
        yield to_plain(clean(card))


def _present(facts: Facts, item: str) -> Card:
    """Return the card of an item; what a stranger's model makes fail is told on the card, and
    the rest of the file goes on, as on the page with a server.
    """
    try:
        return present_item(facts, facts.tree.find(item))
    except Exception as error:  # noqa: BLE001 - whatever it is, the reader is told of it
        trouble = Message("bad", f"{type(error).__name__}: {error}", title="This cannot be shown")
        return Card("Error", "Details", sections=(Section("", (trouble,)),))


def to_plain(value: Any) -> Any:
    """Return a card, or a part of one, as JSON has it: what is empty is left out, and entries
    are tagged with the name of their class.

    >>> to_plain(Row("Shape", "2×3", is_code=True))
    {'is': 'Row', 'key': 'Shape', 'value': '2×3', 'is_code': True}
    """
    if isinstance(value, tuple):
        return [to_plain(part) for part in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    plain: dict[str, Any] = {"is": type(value).__name__} if isinstance(value, _TAGGED) else {}
    for field in fields(value):
        part = getattr(value, field.name)
        if part or not _may_be_absent(field.name):
            plain[field.name] = to_plain(part)
    return plain


def _may_be_absent(name: str) -> bool:
    return name not in _ALWAYS


_ALWAYS = frozenset({"kind", "title", "key", "value", "shape", "share", "head", "rows", "tone",
                     "text", "lines", "entries", "sections", "link"})  # fmt: skip
