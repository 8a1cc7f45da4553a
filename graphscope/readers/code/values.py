"""What marshalled bytes hold, as plain values: nothing of it can be called or hashed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

CollectionKind: TypeAlias = Literal["tuple", "list", "set", "frozenset", "dict", "slice"]

Layout: TypeAlias = Literal["3.6", "3.8", "3.11"]
"""Since when code objects are written with the same parts."""


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A tuple, list and so on; a dict has its keys and values in turn.

    It is no Python collection, because making one hashes what is inside, and that takes for ever
    where a few bytes share one tuple many times over.
    """

    kind: CollectionKind
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CodeObject:
    """A marshalled function.

    Attributes:
        layout: since when code objects have these parts.
        argument_count: of the arguments that may be given by position.
        positional_only: how many of them must be.
        keyword_only: how many further arguments must be given by name.
        flags: bits, such as 4 and 8 for `*rest` and `**more`.
        code: the instructions.
        constants: what they load.
        names: of globals and attributes.
        variables: names of arguments and local variables; from 3.11 on also of cells.
        cells: names of cells and of variables of the functions around it, before 3.11.
        file_name: where it was compiled.
        name: of the function.
        first_line: in the file.
        line_table: which line each instruction is from, in a form that changed several times.
    """

    layout: Layout
    argument_count: int
    positional_only: int
    keyword_only: int
    flags: int
    code: bytes
    constants: tuple[Value, ...]
    names: tuple[str, ...]
    variables: tuple[str, ...]
    cells: tuple[str, ...]
    file_name: str
    name: str
    first_line: int
    line_table: bytes


@dataclass(frozen=True, slots=True)
class Special:
    """A value that is named: `None`, `...`, or a number of too many digits."""

    text: str


Value: TypeAlias = int | float | complex | str | bytes | bool | Special | Collection | CodeObject

NONE = Special("None")
