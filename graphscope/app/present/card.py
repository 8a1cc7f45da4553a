"""What a panel shows, as values: a card of sections of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeAlias, TypeVar, cast

from graphscope.exporters.drawing import make_safe

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Link:
    """Words that select an item of the outline."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Row:
    """A key and its value; `is_code` values are set in the mono face."""

    key: str
    value: str
    is_code: bool = False
    hint: str = ""
    """Said on hover: the full text of a value that is cut."""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor, by shape and dtype, and the calls at its other end."""

    shape: str
    dtype: str
    label: str = ""
    """What distinguishes it among its siblings: `mask`, `output 1`."""
    ends: tuple[Link, ...] = ()
    more: int = 0
    """How many further ends are left out."""


@dataclass(frozen=True, slots=True)
class Bar:
    """An item and its share of the greatest value, between 0 and 1."""

    link: Link
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Table:
    """Weights and the like: a head and rows of equal length."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to the reader; the tone is `good`, `note`, `bad` or `plain`."""

    tone: str
    text: str
    title: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of a program, shown as they are; the title says what they are."""

    title: str
    lines: str


Entry: TypeAlias = Row | Tensor | Bar | Table | Message | Listing


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading; a folded section opens on demand."""

    title: str
    entries: tuple[Entry, ...]
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that the details panel says about one thing."""

    kind: str
    """The word above the title: `Layer`, `Operation`, `Model`."""
    title: str
    type: str = ""
    documentation: str = ""
    """An address that explains the type, or nothing."""
    path: tuple[Link, ...] = ()
    """The scopes around it, outermost first."""
    badges: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """Badges that are to be noticed."""
    sections: tuple[Section, ...] = ()


def limit(entries: Sequence[Entry], count: int) -> tuple[Entry, ...]:
    """Return the first entries, and how many there are besides: a page must not grow with the
    model that it shows.
    """
    return (*entries[:count], *say_rest(len(entries) - count))


def say_rest(count: int) -> tuple[Row, ...]:
    """Return a row that tells how many entries are left out, if any are."""
    return (Row("", f"and {count:,} more"),) if count > 0 else ()


def clean(value: T) -> T:
    """Return a card, or a part of one, without the lone surrogates that JSON cannot carry."""
    if isinstance(value, str):
        return cast(T, make_safe(value))
    if isinstance(value, tuple):
        return cast(T, tuple(clean(part) for part in value))
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: clean(getattr(value, field.name)) for field in fields(value)}
        return replace(value, **parts)
    return value
