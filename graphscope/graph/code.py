"""Code that a file brings along or points at: shown to the user, never run.

It travels in `Graph.metadata["code"]` as rows of JSON, so that every document and every process
carries it without knowing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from graphscope.graph.graph import Graph

METADATA_KEY = "code"

NOTE = "contains-code"
"""The code of the notes that tell about it in a sentence each."""


class CodeKind(StrEnum):
    """How code comes with a file."""

    BYTECODE = "bytecode"
    """Python instructions, in the file itself."""
    REFERENCE = "reference"
    """The name of a function or class outside of Keras, which loading would look up."""
    FILE = "file"
    """A path or an address that loading or calling would read."""
    OPERATION = "operation"
    """An operation of the graph that does more than compute: it reads, writes or runs Python."""
    CUSTOM = "custom"
    """A registered class or function of the user's own: the file names it and holds none of it."""


@dataclass(frozen=True, slots=True)
class Code:
    """One piece of code.

    Attributes:
        kind: how it comes with the file.
        title: what it is, to stand after "holds": `a Python function as bytecode`.
        subject: id of the layer, node or scope it belongs to; None for the whole model.
        place: where it stands in the settings of the subject: `arguments.mode`.
        effect: what Keras, or who else would load the file, does with it.
        module: the module that is named, if any.
        name: the function, class, path or operation that is named.
        registered_name: the name that Keras would look it up by, if any.
        text: the instructions in words, or whatever else a reader should see in full; many lines.
    """

    kind: CodeKind
    title: str
    subject: str | None = None
    place: str = ""
    effect: str = ""
    module: str = ""
    name: str = ""
    registered_name: str = ""
    text: str = ""

    @property
    def is_custom(self) -> bool:
        """Whether the file only names what its user wrote and registered."""
        return self.kind is CodeKind.CUSTOM


def to_rows(pieces: Iterable[Code]) -> list[dict[str, str]]:
    """Return pieces as they stand in the metadata of a graph; empty fields are left out."""
    return [{key: value for key, value in asdict(piece).items() if value} for piece in pieces]


def code_of(graph: Graph) -> tuple[Code, ...]:
    """Return the code that came with a graph, in the order in which it was found.

    A document that strangers wrote may hold anything in this place: what is no piece of code is
    left out, and a value that is no text becomes one.
    """
    rows = graph.metadata.get(METADATA_KEY)
    if not isinstance(rows, list | tuple):
        return ()
    return tuple(_from_row(row) for row in rows if isinstance(row, Mapping) and row.get("title"))


_TEXTS = ("title", "place", "effect", "module", "name", "registered_name", "text")


def _from_row(row: Mapping[str, Any]) -> Code:
    kinds = {each.value: each for each in CodeKind}
    subject = row.get("subject")
    return Code(
        kinds.get(str(row.get("kind")), CodeKind.REFERENCE),
        subject=None if subject is None else str(subject),
        **{key: str(row.get(key, "")) for key in _TEXTS},
    )
