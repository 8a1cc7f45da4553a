"""The code that came with a file, as `graphscope info` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from graphscope.cli.text import printable, shorten
from graphscope.graph.code import Code

_PIECES = 20
_LINES = 40
"""Of one listing; `--json` has the whole."""


def describe_code(pieces: Sequence[Code]) -> Text:
    """Return the section: what there is, where, what Keras would do with it, and its listing."""
    held = any(not piece.is_custom for piece in pieces)
    text = Text("Contains code", style="dim")
    text.append("  nothing of it was run" if held else "  by name only", style="dim")
    effects: set[str] = set()
    for piece in pieces[:_PIECES]:
        text.append(f"\n- {_place(piece)}{printable(piece.title)}", style="not dim")
        # Many layers of one kind have one fate.
        if piece.effect not in effects:
            effects.add(piece.effect)
            text.append(f"\n  {printable(piece.effect)}", style="dim")
        for line in _listing(piece.text):
            text.append(f"\n    {printable(line)}", style="not dim")
    if len(pieces) > _PIECES:
        text.append(f"\n- and {len(pieces) - _PIECES:,} more: --json lists them", style="not dim")
    return text


def _place(piece: Code) -> str:
    subject = shorten(printable(piece.subject)) if piece.subject not in (None, "/") else ""
    place = printable(piece.place)
    told = f"{subject} ({place})" if subject and place else subject or place
    return f"{told}: " if told else ""


def _listing(text: str) -> Iterator[str]:
    lines = text.splitlines()
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield f"… {len(lines) - _LINES:,} more lines: --json has them"
