"""The table that `graphscope backends` prints for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graphscope.analysis.alignment import AlignedCall, Alignment, Work, align_backends
from graphscope.analysis.amounts import format_amount
from graphscope.cli.layer_table import PAGE
from graphscope.cli.text import plural, printable, shorten
from graphscope.graph import Graph
from graphscope.session.backends import OnBackends

_TITLES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}

_WIDE = 240
"""Columns of an output that is no terminal."""

_TYPES = 4
"""Types of operations that are named in a cell, the most frequent ones; --json names all."""


def align_page(
    graphs: Mapping[str, Graph], *, depth: int | None, batch: int, whole: bool
) -> Alignment:
    """Return as many levels of calls as fit on a page, or as were asked for.

    Args:
        graphs: by backend.
        depth: how many levels; None for what fits.
        batch: the batch size that FLOPs are counted for.
        whole: whether all levels are wanted where no number was given.
    """
    everything = align_backends(graphs, depth=depth, batch=batch)
    if depth is not None or whole or len(everything.calls) <= PAGE:
        return everything
    levels = sorted(call.level for call in everything.calls)
    # The first call too many lies on a level that does not fit.
    return align_backends(graphs, depth=max(1, levels[PAGE] - 1), batch=batch)


def print_alignment(alignment: Alignment, opened: OnBackends) -> None:
    """Print the table, and what is to be said about the backends."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as page:
        console.print(_table(alignment))
    click.echo("\n".join(line.rstrip() for line in page.get().splitlines()))
    click.echo()
    for line in _remarks(alignment, opened):
        click.echo(printable(line))


def _table(alignment: Alignment) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("Layer call", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    for backend in alignment.backends:
        table.add_column(f"{_TITLES[backend]} operations", overflow="fold")
        table.add_column("FLOPs", no_wrap=True, justify="right")
    shows_differences = any(call.differences for call in alignment.calls)
    if shows_differences:
        table.add_column("Differs", overflow="fold")
    for call in alignment.calls:
        table.add_row(*_row(call, alignment.backends, shows_differences))
    table.add_section()
    cells = [cell for backend in alignment.backends for cell in _total(alignment.total(backend))]
    table.add_row(Text("all", style="bold"), "", *cells)
    return table


def _row(call: AlignedCall, backends: tuple[str, ...], shows_differences: bool) -> Iterator[Text]:
    yield Text("  " * call.level + shorten(printable(call.name)))
    yield Text(shorten(printable(call.type)), style="dim")
    for backend in backends:
        work = call.work.get(backend)
        yield Text("not called", style="dim") if work is None else Text(_operations(work))
        yield Text("" if work is None else _flops(work))
    if shows_differences:
        yield Text(printable("; ".join(call.differences)))


def _operations(work: Work) -> str:
    if not work.operations:
        return ""
    # The most frequent ones, in program order.
    chosen = sorted(work.operations, key=lambda type_: -work.operations[type_])[:_TYPES]
    named = [
        f"{type_} ×{count}" if count > 1 else type_
        for type_, count in work.operations.items()
        if type_ in chosen
    ]
    if len(work.operations) > _TYPES:
        named.append("…")
    return printable(f"{work.count:,}: {', '.join(named)}")


def _total(work: Work) -> Iterator[Text]:
    yield Text(f"{work.count:,}", style="bold")
    yield Text(_flops(work), style="bold")


def _flops(work: Work) -> str:
    if work.flops is None:
        return "?"
    return format_amount(work.flops) if work.flops else ""


def _remarks(alignment: Alignment, opened: OnBackends) -> Iterator[str]:
    if len(alignment.backends) > 1:
        count = plural(len(alignment.backends), "backend")
        yield (
            f"The data-flow graph is the same on {count}."
            if alignment.same_data_flow
            else "The data-flow graphs are not the same: the calls of layers, what they take, or "
            "what they return differs."
        )
    if opened.missing:
        titles = ", ".join(_TITLES[name] for name in opened.missing)
        extras = ",".join(opened.missing)
        yield f'Not installed: {titles}. To compare: pip install "keras-graphscope[{extras}]".'
    for backend, message in opened.failures.items():
        yield f"{_TITLES[backend]}: {message}"
