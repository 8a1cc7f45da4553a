"""Tables that are laid out without rich, against those that rich lays out."""

from __future__ import annotations

import random
from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graphscope.cli.columns import BOLD, DIM, Cell, Column, print_table

COLUMNS = (Column("Layer"), Column("Type"), Column("Parameters", holds_numbers=True))

WORDS = ("dense", "层", "é", "e\u0301", "👍🏽", "a b", "[bold]x[/]", ":smile:", " ", "", "x" * 30)


def make_rows(count: int) -> list[list[Cell]]:
    chance = random.Random(count)
    return [
        [
            Cell(
                "".join(chance.choices(WORDS, k=2)),
                None,
                tuple(chance.sample([(" ×12", BOLD), (" (shared)", DIM)], chance.randrange(3))),
            ),
            Cell(chance.choice(WORDS), DIM),
            Cell(chance.choice(["", "7", "1,234,567"])),
        ]
        for _ in range(count)
    ]


def make_table(rows: list[list[Cell]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Layer", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Parameters", no_wrap=True, justify="right")
    for name, type_, number in rows:
        text = Text(name.text)
        for more, style in name.more:
            text.append(more, style=style)
        table.add_row(text, Text(type_.text, style="dim"), Text(number.text))
    return table


@pytest.mark.parametrize("count", [0, 1, 2, 40])
@pytest.mark.parametrize("width", [20, 50, 84, 85, 86, 240])
@pytest.mark.parametrize("has_colours", [False, True])
def test_a_table_has_the_bytes_that_rich_gives_it(
    count: int, width: int, *, has_colours: bool
) -> None:
    rows = make_rows(count)
    printed, expected = (
        Console(
            file=StringIO(),
            width=width,
            force_terminal=has_colours,
            color_system="256" if has_colours else None,
            highlight=False,
        )
        for _ in range(2)
    )
    with printed.capture() as ours:
        print_table(printed, COLUMNS, rows)
    with expected.capture() as theirs:
        expected.print(make_table(rows))
    shown = ours.get()
    assert shown == theirs.get()
    assert ("\x1b[2m" in shown) is has_colours
