"""What a panel shows, as values: a card of sections of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


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
    """A sentence to the reader; the tone is `good`, `note` or `bad`."""

    tone: str
    text: str
    title: str = ""
    link: Link | None = None


Entry: TypeAlias = Row | Tensor | Bar | Table | Message


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
    sections: tuple[Section, ...] = ()
