"""Rows that a card of any kind may have: costs, settings, weights, source, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from graphscope.app.facts import Facts
from graphscope.app.present.card import Entry, Message, Row, Section, Table, limit, say_rest
from graphscope.app.present.values import (
    format_amount,
    format_bytes,
    format_count,
    format_setting,
    is_telling,
    shorten,
)
from graphscope.graph import Note, SourceLine, Weight, format_shape

_PLAIN = frozenset({"name", "trainable", "dtype", "batch_input_shape", "batch_shape"})
"""Settings that every layer has and that the card tells elsewhere."""

_ROWS = 60
"""Settings or weights that are listed; a layer of a hostile file may have thousands."""

_NOTES = 20

_HINT = 2000
"""Characters of a text on hover."""


def cost_rows(facts: Facts, item: str) -> tuple[Row, ...]:
    """Return parameters, FLOPs and the bytes of the outputs."""
    values = facts.values_of(item)
    hint = f"for a batch of {facts.batch}"
    rows = []
    if values.parameters:
        rows.append(Row("Parameters", format_count(values.parameters), is_code=True))
    rows.append(Row("FLOPs", format_amount(values.flops), is_code=True, hint=hint))
    rows.append(Row("Output memory", format_bytes(values.output_bytes), is_code=True, hint=hint))
    return tuple(rows)


def source_rows(source: SourceLine | None) -> tuple[Row, ...]:
    """Return the line of the user's program; the whole path is on hover."""
    if source is None:
        return ()
    place = f"{PurePath(source.file).name}:{source.line}"
    function = f" in {source.function}" if source.function else ""
    return (Row("Source", place + function, is_code=True, hint=str(source)),)


def setting_sections(settings: Mapping[str, Any], title: str) -> tuple[Section, ...]:
    """Return the telling settings, and behind a fold all of them where that is more."""
    telling = {
        key: value for key, value in settings.items() if key not in _PLAIN and is_telling(value)
    }
    sections = []
    if telling:
        sections.append(Section(title, _setting_rows(telling)))
    if len(telling) < len(settings):
        rows = _setting_rows(settings)
        sections.append(Section(f"All {title.lower()} ({len(settings)})", rows, is_folded=True))
    return tuple(sections)


def _setting_rows(settings: Mapping[str, Any]) -> tuple[Entry, ...]:
    rows = [_setting_row(key, format_setting(value)) for key, value in settings.items()]
    return limit(rows, _ROWS)


def _setting_row(key: str, text: str) -> Row:
    short = shorten(text)
    hint = "" if short == text else shorten(text, _HINT)
    return Row(shorten(key), short, is_code=True, hint=hint)


def weight_section(weights: Sequence[Weight]) -> tuple[Section, ...]:
    """Return a table of weights, or nothing where there are none."""
    if not weights:
        return ()
    rows = tuple(_weight_row(weight) for weight in weights[:_ROWS])
    table = Table(("Name", "Shape", "Type", "Size"), rows)
    return (Section("Weights", (table, *say_rest(len(weights) - _ROWS))),)


def _weight_row(weight: Weight) -> tuple[str, ...]:
    name = weight.name if weight.trainable else f"{weight.name} (not trained)"
    return (name, format_shape(weight.shape), weight.dtype, format_count(weight.size))


def note_messages(notes: Sequence[Note]) -> tuple[Entry, ...]:
    """Return what could not be known, as messages."""
    return limit([Message("note", shorten(note.message, _HINT)) for note in notes], _NOTES)
