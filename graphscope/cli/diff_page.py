"""The page that `graphscope diff` prints for people."""

from __future__ import annotations

import io
import sys

import click
from rich.console import Console
from rich.console import Group as Stack
from rich.table import Table
from rich.text import Text

from graphscope.analysis.diff import GraphDiff
from graphscope.analysis.diff.groups import Group, group_changes
from graphscope.analysis.diff.wording import (
    describe_call,
    describe_counts,
    describe_fact,
    describe_facts,
    describe_following,
    list_totals,
    title_group,
)
from graphscope.cli.text import plural, printable, shorten

_WIDE = 160
"""Columns of an output that is no terminal: a file or another program does not wrap lines."""

_MARKS = {"added": ("+", "green"), "removed": ("−", "red"), "changed": ("~", "yellow")}


def print_diff(diff: GraphDiff, *, depth: int | None = None) -> None:
    """Print a comparison to standard output, in colours where it is a terminal that has them."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as page:
        console.print(_page(diff, depth))
    click.echo(_trim(page.get()))


def render_diff(diff: GraphDiff, *, depth: int | None = None) -> str:
    """Return a comparison as plain text."""
    stream = io.StringIO()
    Console(file=stream, highlight=False, width=_WIDE, color_system=None).print(_page(diff, depth))
    return _trim(stream.getvalue()) + "\n"


def _trim(page: str) -> str:
    return "\n".join(line.rstrip() for line in page.splitlines())


def _page(diff: GraphDiff, depth: int | None) -> Stack:
    title = Text(printable(diff.before_name), style="bold")
    title.append(" → ", style="dim").append(printable(diff.after_name))
    parts: list[Text | Table] = [title, Text()]
    if diff:
        parts += [_totals(diff), Text(), Text(describe_counts(diff)), Text()]
        for group in group_changes(diff, depth=depth):
            parts += [_heading(group), *_facts(group)]
    else:
        parts.append(Text(f"No difference in {plural(diff.same, 'call')}."))
    if diff.notes:
        parts += [Text(), *(Text(f"Note: {printable(note)}", style="dim") for note in diff.notes)]
    return Stack(*parts)


def _totals(diff: GraphDiff) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    for _ in range(3):
        table.add_column(justify="right")
    for label, before, after, delta in list_totals(diff):
        table.add_row(label, before, after, Text(delta, style="bold"))
    return table


def _heading(group: Group) -> Text:
    mark, colour = _MARKS[group.first.verdict if group.kind != "inside" else "changed"]
    line = Text(f"{mark} ", style=f"bold {colour}")
    if group.kind == "follows":
        line.append(f"{plural(len(group.changes), 'call')} follow", style="default")
        return line.append(f"  {printable(describe_following(group))}", style="not bold dim")
    ids = ", ".join(shorten(printable(each), 72) for each in title_group(group).split(", "))
    line.append(ids, style="default")
    if group.kind == "inside":
        changes = plural(len(group.changes), "change")
        return line.append(f"  {changes} inside", style="not bold dim")
    if len(group.changes) > 1:
        line.append(f" ×{len(group.changes)}", style="bold default")
    call = group.first.shown
    line.append(f"  {shorten(printable(call.type))}", style="not bold dim")
    if group.first.verdict != "changed":
        line.append(f"  {printable(describe_call(call))}", style="not bold default")
    return line


def _facts(group: Group) -> list[Table]:
    if group.kind == "inside":
        return []
    rows = describe_facts(group.first)
    if group.kind == "follows":
        rows = [describe_fact(f) for f in group.first.facts if f.topic in ("shapes", "dtypes")]
    if not rows:
        return []
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        label, before, after, delta = (printable(text) for text in row)
        told = Text(before, style="red").append(" → ", style="dim").append(after, style="green")
        if delta:
            told.append(f"  ({delta})", style="bold default")
        table.add_row(f"    {shorten(label, 40)}", told)
    return [table]
