"""Tables of any number of rows.

rich makes several objects of each cell and measures, wraps and pads it by itself, which takes half
a millisecond a row: seconds for a model of thousands of layers. Here a table that fits is laid out
at the cost of its text, to the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from rich.table import Table
from rich.text import Text

BOLD, DIM = Style(bold=True), Style(dim=True)

_GAP = 2
"""Columns of the screen between two columns of a table."""


class Column(NamedTuple):
    """A column; the numbers of one that holds numbers end below each other."""

    title: str
    holds_numbers: bool = False


class Cell(NamedTuple):
    """One line of printable text.

    Attributes:
        text: the text.
        style: how it looks, as do the blanks behind it.
        more: further texts, each with a look of its own.
    """

    text: str
    style: Style | None = None
    more: tuple[tuple[str, Style], ...] = ()

    def __str__(self) -> str:
        return "".join([self.text, *(text for text, _ in self.more)]) if self.more else self.text


def print_table(
    console: Console, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> None:
    """Print a table without lines; where it is wider than the console, its columns are cropped.

    Args:
        console: where to print it.
        columns: k columns.
        rows: rows of k cells.
    """
    sizes = [[cell_len(str(row[place])) for row in rows] for place in range(len(columns))]
    titles = [cell_len(column.title) for column in columns]
    widths = [max(own, default=0) for own in zip(titles, map(_largest, sizes), strict=True)]
    if sum(widths) + _GAP * len(widths) > console.width:
        console.print(_make_table(columns, rows))
        return
    console.print(_make_table(columns, (), widths))
    console.print(Segments(_lay_out(columns, rows, sizes, widths)), end="", crop=False)


def _largest(sizes: Sequence[int]) -> int:
    return max(sizes, default=0)


def _make_table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[int] | None = None,
) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0), header_style="dim")
    for place, (title, holds_numbers) in enumerate(columns):
        justify = "right" if holds_numbers else "left"
        width = None if widths is None else widths[place]
        table.add_column(title, no_wrap=True, justify=justify, width=width)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(
            *[Text.assemble((cell.text, ""), *cell.more, style=cell.style or "") for cell in row]
        )
    return table


def _lay_out(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    sizes: Sequence[Sequence[int]],
    widths: Sequence[int],
) -> Iterator[Segment]:
    places = list(enumerate(column.holds_numbers for column in columns))
    for number, row in enumerate(rows):
        for place, holds_numbers in places:
            text, style, more = row[place]
            blanks = " " * (widths[place] - sizes[place][number])
            if holds_numbers:
                yield Segment(blanks + text, style)
            elif more:
                yield Segment(text, style)
                yield from (Segment(each, own) for each, own in more)
                yield Segment(blanks, style)
            else:
                yield Segment(text + blanks, style)
            yield Segment(" " * _GAP)
        yield Segment.line()
