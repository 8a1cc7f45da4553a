"""The language of what the server words: the cards of the panels.

Presenters return plain English. Here the words of a card are exchanged for those of the visitor's
language, in one place; names of the model, its settings and its sizes stay as they are. The page
says by a cookie which language it speaks (`assets/page/language_choice.mjs`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

from flask import has_request_context, request

from graphscope.app.language_zh import TEMPLATES, WORDS
from graphscope.app.present.card import (
    Bar,
    Card,
    Entry,
    Listing,
    Message,
    Row,
    Section,
    Table,
    Tensor,
)

COOKIE: Final = "graphscope-language"
"""The name of the cookie; its value is `en` or `zh`."""

_NUMBERS = ("n", "count")
"""Values that are numbers; others are any text."""

_WORDED = ("reason",)
"""Values that are words of ours."""

_VALUE = re.compile(r"\\\{(\w+)\\\}")


def language_of_visit() -> str:
    """Return the language of the page that asks: `en` or `zh`, `en` outside of a request."""
    if not has_request_context():
        return "en"
    return "zh" if request.cookies.get(COOKIE) == "zh" else "en"


def say(text: str, **values: object) -> str:
    """Return a text in the language of the visit.

    Args:
        text: English; `{name}` stands for a value.
        values: by name.
    """
    known = WORDS.get(text, TEMPLATES.get(text, text)) if language_of_visit() == "zh" else text
    return known.format(**values) if values else known


def translate_card(card: Card) -> Card:
    """Return a card in the language of the visit; a text without translation stays English."""
    if language_of_visit() != "zh":
        return card
    return replace(
        card,
        kind=_word(card.kind),
        badges=tuple(map(_sentence, card.badges)),
        warnings=tuple(map(_sentence, card.warnings)),
        sections=tuple(map(_section, card.sections)),
    )


def _section(section: Section) -> Section:
    entries = tuple(_entry(entry) for entry in section.entries)
    return replace(section, title=_sentence(section.title), entries=entries)


def _entry(entry: Entry) -> Entry:
    change = _CHANGES.get(type(entry))
    return change(entry) if change else entry


def _row(row: Row) -> Row:
    return replace(row, key=_word(row.key), value=_sentence(row.value), hint=_sentence(row.hint))


def _tensor(tensor: Tensor) -> Tensor:
    return replace(tensor, label=_sentence(tensor.label))


def _bar(bar: Bar) -> Bar:
    return replace(bar, value=_sentence(bar.value))


def _table(table: Table) -> Table:
    rows = tuple(tuple(map(_sentence, row)) for row in table.rows)
    return replace(table, head=tuple(map(_word, table.head)), rows=rows)


def _message(message: Message) -> Message:
    return replace(message, title=_sentence(message.title), text=_sentence(message.text))


def _listing(listing: Listing) -> Listing:
    return replace(listing, title=_sentence(listing.title))


# Tensors and the like are told apart by their class, as in panels/cards.py.
_CHANGES: Mapping[type, Callable[[Any], Entry]] = {
    Row: _row,
    Tensor: _tensor,
    Bar: _bar,
    Table: _table,
    Message: _message,
    Listing: _listing,
}


def _word(text: str) -> str:
    """Translate what is said as it is: a heading, a key."""
    return WORDS.get(text, text)


def _sentence(text: str) -> str:
    """Translate a text that may have values in it."""
    if not text or text in WORDS:
        return _word(text)
    for pattern, template in _patterns():
        found = pattern.fullmatch(text)
        if found:
            values = {name: _value(name, value) for name, value in found.groupdict().items()}
            return template.format(**values)
    return text


def _value(name: str, text: str) -> str:
    return _sentence(text) if name in _WORDED else text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(_pattern(text), translation) for text, translation in TEMPLATES.items()]


def _pattern(text: str) -> re.Pattern[str]:
    def capture(found: re.Match[str]) -> str:
        return f"(?P<{found[1]}>{'[0-9.,]+' if found[1] in _NUMBERS else '.+'})"

    return re.compile(_VALUE.sub(capture, re.escape(text)), re.DOTALL)
