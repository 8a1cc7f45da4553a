"""What `graphscope info --find` prints: the nodes that a query finds."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graphscope.cli.text import plural, printable
from graphscope.graph import Graph

_WIDE = 240
"""Columns of an output that is no terminal: a file or another program does not wrap lines."""


@dataclass(frozen=True, slots=True)
class Found:
    """A node, scope, block or repeat as the page shows it; None where something is not known."""

    id: str
    kind: str
    type: str
    shape: str
    dtype: str
    parameters: float | None
    flops: float | None
    output_bytes: float | None


def find_nodes(graph: Graph, query: str, *, batch: int = 1) -> list[Found]:
    """Return what a query finds in a graph, the best first.

    Raises:
        QueryError: when the query is none.
    """
    from graphscope.exporters.drawing import make_drawing
    from graphscope.exporters.finding import find_items

    document = make_drawing(graph, batch=batch)
    return [_describe(document, item) for item in find_items(document, query)]


def _describe(document: dict[str, Any], item: int) -> Found:
    items, strings, values = document["items"], document["strings"], document["values"]
    id_, type_, shape, dtype = (strings[items[name][item]] for name in _TEXTS)
    kind = document["kinds"][items["kind"][item]]
    kind = "layer" if kind == "node_layer" else kind
    return Found(id_, kind, type_, shape, dtype, *(values[name][item] for name in _NUMBERS))


_TEXTS = ("id", "type", "shape", "dtype")
_NUMBERS = ("parameters", "flops", "output_bytes")


def print_found(found: list[Found], *, as_json: bool = False) -> None:
    """Print one line for each, or one JSON array."""
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as page:
        if found:
            console.print(_make_table(found))
        console.print(Text(f"{plural(len(found), 'node')} found", style="dim"))
    click.echo("\n".join(line.rstrip() for line in page.get().splitlines()))


def _make_table(found: list[Found]) -> Table:
    from graphscope.app.present.values import format_amount

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Node", overflow="fold")
    for title in ("Type", "Output shape"):
        table.add_column(title, no_wrap=True)
    for title in ("Parameters", "FLOPs"):
        table.add_column(title, no_wrap=True, justify="right")
    for each in found:
        table.add_row(
            Text(printable(each.id)),
            Text(printable(each.type), style="dim"),
            Text(printable(each.shape)),
            Text(f"{each.parameters:,}" if each.parameters else ""),
            Text(format_amount(each.flops) if each.flops else ""),
        )
    return table
