"""The code of a whole model: collected for the graph, and told in notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from graphscope.graph import GraphBuilder
from graphscope.graph.code import METADATA_KEY, NOTE, Code, to_rows
from graphscope.readers.code.bytecode import show_bytecode
from graphscope.readers.keras.code.search import Found, Harmless

MAX_PIECES = 1_000
MAX_BYTECODE = 1_000_000
"""Characters of stored functions that are listed; a file may repeat a large one in every layer."""
MAX_LISTINGS = 2_000_000
"""Characters of all listings together."""

_NOT_LISTED = "Not listed: the file holds too much code."


class CodeCollector:
    """Collects pieces of code, each once, and notes at each subject what it holds.

    Args:
        builder: the graph that gets the notes.
    """

    def __init__(self, builder: GraphBuilder) -> None:
        self.harmless = Harmless()
        self._builder = builder
        self._pieces: list[Code] = []
        self._known: dict[int, object] = {}
        self._room = MAX_LISTINGS
        self._left_out = 0
        self._bytecode = 0

    def show(self, stored: object) -> str:
        """Return the instructions of a stored function, as long as there are not too many."""
        self._bytecode += len(stored) if isinstance(stored, str) else 0
        return show_bytecode(stored) if self._bytecode <= MAX_BYTECODE else _NOT_LISTED

    def add(self, found: Iterable[Found], subject: str | None, holder: Callable[[], str]) -> bool:
        """Add the code of one subject and return whether it is more than a class of its user's.

        Args:
            found: the pieces; those that were found before are left out.
            subject: id of the layer, node or scope; None for the whole model.
            holder: tells what holds it, as a sentence begins with it: `Layer 'a' (Lambda) holds`.
        """
        pieces = [replace(piece, subject=subject) for piece in self._take_new(found)]
        for piece in pieces:
            self._keep(piece)
        told = [piece for piece in pieces if not piece.is_custom]
        if told:
            more = f" and {len(told) - 1:,} more" if len(told) > 1 else ""
            self._builder.add_note(
                NOTE,
                f"{holder()} {told[0].title}{more}; graphscope does not run it, but "
                "keras.models.load_model may.",
                subject,
            )
        return bool(told)

    def rows(self) -> dict[str, object]:
        """Return what the metadata of the graph says of code: nothing when there is none."""
        if self._left_out:
            self._builder.add_note(
                NOTE, f"{self._left_out:,} further pieces of code are not listed one by one."
            )
            self._left_out = 0
        return {METADATA_KEY: to_rows(self._pieces)} if self._pieces else {}

    def _take_new(self, found: Iterable[Found]) -> Iterable[Code]:
        for piece, value in found:
            # A wrapper shows the code of the layer it wraps, which is looked at again by itself.
            if isinstance(value, (dict, list)) and id(value) in self._known:
                continue
            self._known[id(value)] = value
            yield piece

    def _keep(self, piece: Code) -> None:
        if len(self._pieces) >= MAX_PIECES:
            self._left_out += 1
            return
        if len(piece.text) > self._room:
            piece = replace(piece, text=_NOT_LISTED)
        self._room -= len(piece.text)
        self._pieces.append(piece)
