"""Signs and styles: what a report looks like on this terminal."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from graphscope.cli.text import printable
from graphscope.doctor.findings import FixStatus, RepairClass, Severity

WIDEST = 100
"""Columns that are used; longer lines are hard to read."""

QUIET = "dim"
CULPRIT = "bold red"


@dataclass(frozen=True, slots=True)
class Signs:
    """Characters that a terminal may lack."""

    wrong: str = "✗"
    doubtful: str = "!"
    told: str = "i"
    good: str = "✓"
    untried: str = "○"
    pointer: str = "❯"
    bar: str = "│"
    dash: str = "─"
    dot: str = "·"
    more: str = "…"
    arrow: str = "←"


_ASCII = Signs("x", "!", "i", "+", "o", ">", "|", "-", "-", "...", "<-")


def signs_of(console: Console) -> Signs:
    """Return the signs that a console can print."""
    return Signs() if console.encoding.startswith("utf") else _ASCII


def severity_sign(severity: Severity, signs: Signs) -> Text:
    """Return the sign before a headline."""
    if severity is Severity.ERROR:
        return Text(signs.wrong, style=CULPRIT)
    if severity is Severity.WARNING:
        return Text(signs.doubtful, style="bold yellow")
    return Text(signs.told, style="bold blue")


def status_text(status: FixStatus, signs: Signs) -> Text:
    """Return what is known about a fix."""
    if status is FixStatus.VERIFIED:
        return Text(f"{signs.good} tried: it runs", style="green")
    if status is FixStatus.REJECTED:
        return Text(f"{signs.wrong} tried: it still fails", style="red")
    return Text(f"{signs.untried} not tried", style=QUIET)


_PRESUMES = {
    RepairClass.A: "keeps the meaning",
    RepairClass.B: "one of several ways",
    RepairClass.C: "depends on what you mean",
}


def class_text(repair_class: RepairClass, signs: Signs) -> Text:
    """Return how much of the user's intent a fix presumes."""
    text = f"class {repair_class.value} {signs.dot} {_PRESUMES[repair_class]}"
    return Text(text, style=QUIET)


def plain(text: str) -> str:
    """Return a stranger's text for a line of the terminal: no control characters, no tabs."""
    return printable(text.expandtabs(4))
