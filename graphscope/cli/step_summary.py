"""The page that `graphscope trace --train` prints for people."""

from __future__ import annotations

import sys
from collections import Counter

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graphscope.analysis import check_consistency
from graphscope.analysis.phases import StepSummary, summarize_step
from graphscope.cli.facts import describe_origin
from graphscope.cli.text import plural, printable, shorten
from graphscope.graph import Graph, format_shape

_WIDE = 240
"""Columns of an output that is no terminal: a file or another program does not wrap lines."""

_WEIGHTS = 60
"""Weights that are listed; a larger model is better read as JSON."""

_NOTES = 20
"""Notes and reasons that are printed in full."""


def print_step(graph: Graph) -> None:
    """Print phases, weights and notes of a training step to standard output."""
    summary = summarize_step(graph)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as page:
        title = Text(printable(graph.name), style="bold")
        console.print(title.append(f"  {printable(describe_origin(graph))}", style="not bold dim"))
        console.print()
        console.print(_facts(graph, summary))
        console.print()
        console.print(_phases(summary))
        if graph.weights:
            console.print()
            console.print(_weights(graph, summary))
        for heading, lines in (("No gradient", _reasons(summary)), ("Notes", _notes(graph))):
            if lines:
                console.print()
                console.print(_list(heading, lines))
    # Tables are padded to their full width, which is only in the way when lines are copied.
    click.echo("\n".join(line.rstrip() for line in page.get().splitlines()))


def _facts(graph: Graph, summary: StepSummary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("Gradients", Text(_mapped(summary)))
    table.add_row("Updates", Text(_updated(graph, summary)))
    table.add_row("Consistency", Text(_consistency(graph)))
    return table


def _mapped(summary: StepSummary) -> str:
    if not summary.gradient_nodes:
        return "none"
    return (
        f"{summary.mapped_nodes:,} of {plural(summary.gradient_nodes, 'operation')} "
        f"({summary.mapped_share:.1%}) name the forward operation they belong to"
    )


def _updated(graph: Graph, summary: StepSummary) -> str:
    assigned = sum(bool(phases) for phases in summary.assigned.values())
    return (
        f"{assigned:,} of {plural(len(graph.weights), 'weight')} assigned, "
        f"{len(summary.unreached):,} without gradient"
    )


def _consistency(graph: Graph) -> str:
    found = check_consistency(graph)
    if found.ok:
        edges = found.explicit_edges + found.implicit_edges
        return f"calls and operations agree on {plural(edges, 'edge')}"
    return f"calls and operations disagree: {plural(len(found.violations), 'violation')}"


def _phases(summary: StepSummary) -> Table:
    table = _table()
    table.add_column("Phase", no_wrap=True)
    table.add_column("Operations", justify="right")
    table.add_column("Constants", justify="right")
    for phase in summary.phases:
        table.add_row(Text(phase.id), f"{phase.ops:,}", f"{phase.nodes - phase.ops:,}")
    return table


def _weights(graph: Graph, summary: StepSummary) -> Table:
    table = _table()
    for title in ("Weight", "Shape", "Gradient", "Assigned in"):
        table.add_column(title, no_wrap=True)
    for weight in graph.weights[:_WEIGHTS]:
        table.add_row(
            Text(shorten(printable(weight.id.removeprefix("weight:")), 64)),
            Text(format_shape(weight.shape), style="dim"),
            Text("no" if weight.id in summary.unreached else "yes"),
            Text(_times(summary.assigned[weight.id])),
        )
    if len(graph.weights) > _WEIGHTS:
        table.add_row(Text(f"and {len(graph.weights) - _WEIGHTS:,} more: --json lists them"))
    return table


def _times(phases: tuple[str, ...]) -> str:
    """Return where a weight is assigned.

    >>> _times(("update", "update")), _times(("forward",)), _times(())
    ('update ×2', 'forward', '')
    """
    counts = Counter(phases)
    return ", ".join(f"{id_} ×{count}" if count > 1 else id_ for id_, count in counts.items())


def _reasons(summary: StepSummary) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for weight, reason in summary.unreached.items():
        by_reason.setdefault(reason, []).append(weight.removeprefix("weight:"))
    return [
        f"{', '.join(weights[:3])}"
        f"{f' and {len(weights) - 3:,} more' if len(weights) > 3 else ''}: {reason}"
        for reason, weights in by_reason.items()
    ]


def _notes(graph: Graph) -> list[str]:
    notes = [note.message for note in graph.notes if note.code != "no-gradient"]
    return [*notes, *(found.message for found in check_consistency(graph).violations)]


def _list(title: str, lines: list[str]) -> Text:
    text = Text(title, style="dim")
    for line in lines[:_NOTES]:
        text.append(f"\n- {printable(line)}", style="not dim")
    if len(lines) > _NOTES:
        text.append(f"\n- and {len(lines) - _NOTES:,} more: --json lists them", style="not dim")
    return text


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
