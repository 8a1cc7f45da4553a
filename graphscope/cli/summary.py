"""The page that `graphscope info` prints for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graphscope.analysis import Inventory, estimate_costs
from graphscope.app.present.values import format_amount
from graphscope.cli.code import describe_code
from graphscope.cli.columns import BOLD, DIM, Cell, Column, print_table
from graphscope.cli.facts import describe_origin, list_facts
from graphscope.cli.layer_table import Row, make_rows
from graphscope.cli.text import printable, shorten
from graphscope.graph import Graph, Note
from graphscope.graph.code import NOTE as CODE_NOTE
from graphscope.graph.code import code_of
from graphscope.graph.output_names import output_names

_WIDE = 240
"""Columns of an output that is no terminal: a file or another program does not wrap lines."""

_RETURNED = 8
"""Outputs that are named."""

_NOTES = 20
"""Notes that are printed in full; a graph may have one for every layer."""


def print_summary(
    graph: Graph,
    inventory: Inventory,
    *,
    depth: int | None = None,
    memory: Sequence[tuple[str, str]] = (),
) -> None:
    """Print totals, the table of layers, and notes to standard output.

    Args:
        graph: the graph.
        inventory: its numbers.
        depth: how many levels of layers are listed; None for as many as fit on a page.
        memory: labels and texts of the lines about memory.
    """
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as page:
        _print_page(console, graph, inventory, depth, memory)
    # Tables are padded to their full width, which is only in the way when lines are copied.
    click.echo("\n".join(line.rstrip() for line in page.get().splitlines()))


def _print_page(
    console: Console,
    graph: Graph,
    inventory: Inventory,
    depth: int | None,
    memory: Sequence[tuple[str, str]],
) -> None:
    title = Text(printable(graph.name), style="bold")
    console.print(title.append(f"  {printable(describe_origin(graph))}", style="not bold dim"))
    console.print()
    console.print(_facts(inventory, [*memory, *_returned(graph)]))
    console.print()
    rows = make_rows(graph, estimate_costs(graph, inventory.batch, inventory.sizes), depth=depth)
    print_table(console, _COLUMNS, [_make_cells(row) for row in rows])
    pieces = code_of(graph)
    if pieces:
        console.print()
        console.print(describe_code(pieces))
    # What code there is stands above.
    known = [note for note in inventory.notes if not (pieces and note.code == CODE_NOTE)]
    remarks = [*known, *_violations(inventory)]
    if remarks:
        console.print()
        console.print(Text("Notes", style="dim"))
        console.print(_notes(remarks))


def _returned(graph: Graph) -> list[tuple[str, str]]:
    """Return a line on the tensors that the model returns by name, if it has names for them."""
    named = [
        f"{printable(shorten(name))} ({graph.spec(tensor)})"
        for tensor, name in zip(graph.outputs, output_names(graph), strict=True)
        if name
    ]
    more = [f"and {len(named) - _RETURNED:,} more"] if len(named) > _RETURNED else []
    return [("Returns", ", ".join([*named[:_RETURNED], *more]))] if named else []


def _facts(inventory: Inventory, memory: Sequence[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    facts = list_facts(inventory)
    # Parameters, FLOPs and bytes stand together, before the sizes of the graph.
    for label, text in (*facts[:3], *memory, *facts[3:]):
        table.add_row(label, Text(text))
    return table


_COLUMNS = (
    Column("Layer"),
    Column("Type"),
    Column("Output shape"),
    Column("Parameters", holds_numbers=True),
    Column("FLOPs", holds_numbers=True),
)


def _make_cells(row: Row) -> list[Cell]:
    return [
        _name(row),
        Cell(shorten(printable(row.type)), DIM),
        Cell(printable(row.shape)),
        Cell(f"{row.parameters:,}" if row.parameters else ""),
        Cell(format_amount(row.flops) if row.flops else ""),
    ]


def _name(row: Row) -> Cell:
    more = [(f" ×{row.count}", BOLD)] if row.count > 1 else []
    if row.is_shared:
        more.append((" (shared)", DIM))
    return Cell("  " * row.level + shorten(printable(row.name)), None, tuple(more))


def _violations(inventory: Inventory) -> list[Note]:
    return [Note("violation", found.message) for found in inventory.consistency.violations]


def _notes(notes: list[Note]) -> Table:
    """Return the notes one below the other, whose further lines are indented."""
    table = Table.grid("", "", padding=(0, 1))
    for note in notes[:_NOTES]:
        about = f"{shorten(printable(note.subject))}: " if note.subject else ""
        table.add_row("-", Text(f"{about}{printable(note.message)}"))
    if len(notes) > _NOTES:
        table.add_row("-", Text(f"and {len(notes) - _NOTES:,} more: --json lists them"))
    return table
