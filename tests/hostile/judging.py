"""Whether a command did with a file what it must, and nothing that it must not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.processes import Outcome
from tests.hostile.rows import Collection, Row

LONGEST_MESSAGE = 500
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def judge(
    row: Row, collection: Collection, outcome: Outcome, *, patience: float, is_busy: bool = False
) -> list[str]:
    """Return what is wrong with what became of a row, each in a few words.

    Args:
        row: the file.
        collection: that it is of.
        outcome: of a command that was given the file.
        patience: by how much longer the command may take.
        is_busy: whether the machine does other things too, so that only the time counts that the
            command kept a processor busy.
    """
    faults = list(_find_harm(row, collection, outcome))
    taken = outcome.processor_seconds if is_busy else outcome.seconds
    if outcome.is_late or taken > row.seconds * patience:
        faults.append(f"took {outcome.seconds:.1f} s, {outcome.processor_seconds:.1f} s of it busy")
    if outcome.megabytes > row.megabytes:
        faults.append(f"took {outcome.megabytes:,.0f} MB")
    if not outcome.is_late:
        faults += _find_wrong_end(row, outcome)
    return faults


def _find_harm(row: Row, collection: Collection, outcome: Outcome) -> Iterator[str]:
    if row.marker and Path(row.marker).exists():
        yield "CODE RAN: its marker is there"
    shown = outcome.out + outcome.err
    for canary in collection.canaries:
        if canary.encode() in shown:
            yield "A CANARY IS SHOWN"
    if outcome.left:
        yield f"left behind: {', '.join(outcome.left[:3])}"


def _find_wrong_end(row: Row, outcome: Outcome) -> Iterator[str]:
    is_open = outcome.code == 0
    if outcome.code < 0:
        yield f"ended by signal {-outcome.code}"
    elif row.must == "open" and not is_open:
        yield f"must open, but: {_shorten(outcome.err)}"
    elif row.must == "error" and is_open:
        yield "must be an error, but opens"
    yield from find_bad_words(outcome, is_open=is_open)


def find_bad_words(outcome: Outcome, *, is_open: bool) -> Iterator[str]:
    """Tell what is wrong with what a command printed."""
    try:
        texts = [stream.decode() for stream in (outcome.out, outcome.err)]
    except UnicodeDecodeError:
        yield "prints what is no UTF-8"
        return
    message = texts[1].strip()
    if "Traceback (most recent call last)" in message:
        yield f"traceback: {message.splitlines()[-1][:160]}"
    if "this is a bug in graphscope" in message.lower():
        yield f"bug: {_shorten(outcome.err)}"
    if outcome.code > 0 and "graphscope: " not in message:
        yield f"not our error: {_shorten(outcome.err)}"
    if not is_open and len(message) > LONGEST_MESSAGE:
        yield f"message of {len(message):,} characters"
    odd = {char for text in texts for char in text if _is_odd(char)}
    if odd:
        yield f"prints control characters {sorted(map(ascii, odd))}"


def _is_odd(char: str) -> bool:
    return char in _DIRECTION or (unicodedata.category(char) == "Cc" and char not in "\n\t")


def _shorten(text: bytes) -> str:
    return " ".join(text.decode(errors="replace").split())[:200]
