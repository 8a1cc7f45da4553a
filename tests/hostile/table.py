"""The result of a collection, one line for each kind of file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.hostile.processes import Outcome
from tests.hostile.rows import Row


@dataclass(frozen=True)
class Verdict:
    """What became of a row: the outcome of each command by its name, and what is wrong."""

    row: Row
    outcomes: dict[str, Outcome]
    faults: tuple[str, ...]


def make_table(verdicts: Iterable[Verdict]) -> str:
    """Return a table of the kinds: rows, as they must, slowest, largest."""
    kinds: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        kinds.setdefault(verdict.row.kind, []).append(verdict)
    lines = [f"{'kind':24} {'rows':>5} {'right':>6} {'opened':>7} {'slowest':>9} {'largest':>9}"]
    for kind, group in sorted(kinds.items()):
        lines.append(_make_line(kind, group))
    lines.append(_make_line("all", [each for group in kinds.values() for each in group]))
    return "\n".join(lines)


def _make_line(kind: str, group: list[Verdict]) -> str:
    outcomes = [outcome for verdict in group for outcome in verdict.outcomes.values()]
    right = sum(not verdict.faults for verdict in group)
    opened = sum(verdict.outcomes["info"].code == 0 for verdict in group)
    slowest = max((outcome.seconds for outcome in outcomes), default=0)
    largest = max((outcome.megabytes for outcome in outcomes), default=0)
    return f"{kind:24} {len(group):5} {right:6} {opened:7} {slowest:7.1f} s {largest:6,.0f} MB"
