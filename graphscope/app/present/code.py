"""The code that came with a file, as sections of cards: shown in full, run by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphscope.app.facts import Facts
from graphscope.app.present.card import Entry, Link, Listing, Message, Row, Section, limit, say_rest
from graphscope.app.present.values import shorten
from graphscope.graph import ROOT
from graphscope.graph.code import Code

_PIECES = 20
"""Pieces that one card shows in full."""

_LISTED = 12
"""Calls that the card of the model names."""

_HINT = 2000


def warn_of_code(pieces: Iterable[Code]) -> tuple[str, ...]:
    """Return the badge of what holds code, or names some that is not its user's own."""
    return ("Contains code",) if any(not piece.is_custom for piece in pieces) else ()


def name_custom(pieces: Sequence[Code]) -> tuple[str, ...]:
    """Return the badge of what is only of its user's own class, whose code is elsewhere."""
    return ("Contains code by name",) if pieces and not warn_of_code(pieces) else ()


def code_sections(pieces: Sequence[Code]) -> tuple[Section, ...]:
    """Return a section for each piece: what it is, what Keras would do, and its listing."""
    shown = tuple(Section(_KINDS[piece.kind], _entries(piece)) for piece in pieces[:_PIECES])
    more = say_rest(len(pieces) - _PIECES)
    return (*shown, Section("", more)) if more else shown


def list_code(facts: Facts) -> tuple[Section, ...]:
    """Return a section for the model: what code there is and at which calls."""
    found = facts.code_at(ROOT)
    if not found:
        return ()
    told = (Message("note", _TOLD),) if warn_of_code(found) else ()
    rows = [
        Row(_kinds(pieces), "", links=(Link(facts.tree.name_of(call), call),))
        for call, pieces in facts.code_by_call.items()
        if call != ROOT and facts.tree.has(call)
    ]
    own = facts.code_by_call.get(ROOT, [])
    return (Section("Code", (*told, *limit(rows, _LISTED))), *code_sections(own))


_TOLD = "The file holds or names code. It is shown here and was not run."


def _kinds(pieces: Sequence[Code]) -> str:
    held = [piece for piece in pieces if not piece.is_custom]
    names = dict.fromkeys(_KINDS[piece.kind] for piece in held or pieces)
    return ", ".join(names)


_KINDS = {
    "bytecode": "Bytecode",
    "reference": "Reference",
    "file": "File or address",
    "operation": "Operation",
    "custom": "Own class",
}


def _entries(piece: Code) -> tuple[Entry, ...]:
    tone = "plain" if piece.is_custom else "note"
    title = shorten(f"{piece.title[:1].upper()}{piece.title[1:]}", _HINT)
    entries: list[Entry] = [Message(tone, piece.effect, title=title)]
    names = (
        ("Stands in", piece.place),
        ("Module", piece.module),
        ("Name", piece.name),
        ("Registered name", piece.registered_name),
    )
    entries += [Row(key, shorten(value), is_code=True, hint=value) for key, value in names if value]
    if piece.text:
        entries.append(Listing("Instructions", piece.text))
    return tuple(entries)
