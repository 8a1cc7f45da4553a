"""What `graphscope info` prints of logs of trainings."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graphscope.cli.text import plural, printable, shorten
from graphscope.runs import Run, Series
from graphscope.runs.curves.best import best_point

_RUNS = 20
"""Runs that are told one by one; --json lists all."""
_METRICS = 40
"""Metrics of a run that are."""
_NOTES = 10
_WIDE = 240
"""Columns of an output that is no terminal."""


def print_runs(runs: Sequence[Run], *, count: int, as_json: bool) -> None:
    """Print a summary of runs: metrics from first to last, their best, and what was damaged.

    Args:
        runs: those that were read.
        count: how many there are.
        as_json: for programs, as one object.
    """
    if as_json:
        found = {"runs": [_as_dict(run) for run in runs], "count": count}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as page:
        for number, run in enumerate(runs[:_RUNS]):
            if number:
                console.print()
            _print_run(console, run)
    click.echo("\n".join(line.rstrip() for line in page.get().splitlines()))
    if count > min(len(runs), _RUNS):
        click.echo(f"\n{count - min(len(runs), _RUNS):,} more runs: name one of their folders.")


def _print_run(console: Console, run: Run) -> None:
    console.print(Text(printable(shorten(run.name)), style="bold").append(_describe(run), "dim"))
    rows = list(_series(run))
    if rows:
        console.print()
        console.print(_table(rows))
    if len(rows) > _METRICS:
        console.print(Text(f"{len(rows) - _METRICS:,} more metrics: --json lists them", "dim"))
    notes = list(_notes(run))
    if notes:
        console.print()
        console.print(_list_notes(notes))


def _describe(run: Run) -> str:
    parts = [f"up to step {run.last_step:,}"] if any(map(len, run.steps.values())) else []
    epochs = max((len(set(series.steps.tolist())) for series in run.epochs.values()), default=0)
    if epochs:
        parts.append(plural(epochs, "epoch"))
    parts.append(plural(len(run.steps.keys() | run.epochs.keys()), "metric"))
    if run.statistics:
        parts.append(f"statistics of {plural(len(run.statistics), 'layer')}")
    if run.start is not None:
        parts.append(run.end.status if run.end is not None else "not ended")
    return "  " + ", ".join(parts)


def _series(run: Run) -> Iterator[tuple[Series, str]]:
    """Yield metrics with what they are logged by: epochs first, which say most."""
    for per, group in (("epoch", run.epochs), ("step", run.steps)):
        for series in group.values():
            if len(series):
                yield series, per


def _table(rows: Sequence[tuple[Series, str]]) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("Metric", no_wrap=True)
    for title in ("Values", "First", "Last", "Best"):
        table.add_column(title, no_wrap=True, justify="right")
    table.add_column("", no_wrap=True, style="dim")
    for series, per in rows[:_METRICS]:
        best = best_point(series)
        table.add_row(
            Text(shorten(printable(series.name))),
            Text(f"{len(series):,}"),
            Text(_number(series.values[0])),
            Text(_number(series.values[-1])),
            Text("" if best is None else _number(best[1])),
            Text("" if best is None else f"{per} {best[0]:,}"),
        )
    return table


def _number(value: float) -> str:
    return f"{value:.5g}"


def _notes(run: Run) -> Iterator[str]:
    """Yield what was damaged, and what went wrong in the training."""
    yield from run.notes
    for series, per in _series(run):
        wrong = [not math.isfinite(value) for value in series.values.tolist()]
        if any(wrong):
            where = int(series.steps[wrong.index(True)])
            yield (
                f"{series.name}: {plural(sum(wrong), 'value')} of {len(wrong):,} "
                f"{'is' if sum(wrong) == 1 else 'are'} NaN or infinite, the first at "
                f"{per} {where:,}."
            )


def _list_notes(notes: Sequence[str]) -> Text:
    text = Text("Notes", style="dim")
    for note in notes[:_NOTES]:
        text.append(f"\n- {printable(note)}", style="not dim")
    if len(notes) > _NOTES:
        text.append(f"\n- and {len(notes) - _NOTES:,} more: --json lists them", style="not dim")
    return text


def _as_dict(run: Run) -> dict[str, Any]:
    return {
        "name": _text(run.name),
        "location": _text(run.location),
        "status": None if run.end is None else run.end.status,
        "last_step": run.last_step,
        "steps": _metrics(run.steps),
        "epochs": _metrics(run.epochs),
        "layers": len(run.statistics),
        "notes": [_text(note) for note in _notes(run)],
    }


def _metrics(group: Mapping[str, Series]) -> dict[str, Any]:
    return {_text(name): _metric(series) for name, series in group.items() if len(series)}


def _metric(series: Series) -> dict[str, Any]:
    best = best_point(series)
    return {
        "count": len(series),
        "first": _plain(series.values[0]),
        "last": _plain(series.values[-1]),
        "last_at": int(series.steps[-1]),
        "best": None if best is None else _plain(best[1]),
        "best_at": None if best is None else best[0],
    }


def _plain(value: float) -> float | str:
    """Return a number as JSON has it; NaN and infinity as texts."""
    return float(value) if math.isfinite(value) else str(float(value))


def _text(text: str) -> str:
    return text.encode(errors="replace").decode()
