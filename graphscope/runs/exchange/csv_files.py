"""Tables of runs as CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from graphscope.runs.exchange.tables import Column, Content, Table, make_table
from graphscope.runs.records import INPUT, LOSS, OUTPUT, TARGET
from graphscope.runs.run import Run

_AT_ONCE = 10_000
_FORMULA = re.compile(r"""((?:^|[,;|\t])(?:[^\S\t]|["'])*)(?=[=+\-@＝＋－＠])""")
"""Where a formula would begin: at the beginning, or after what may separate cells."""
_BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_OURS = re.compile(rf"({'|'.join((INPUT, TARGET, OUTPUT, LOSS))})(/[\w./ -]*)?")
"""Columns that Keras's own training is told by, and what of them can be no formula."""


def write_csv(runs: Sequence[Run], stream: TextIO, content: Content = "steps") -> None:
    """Write runs as comma-separated values with a line of names.

    A value that was not logged is empty; one that is no number is `nan`, `inf` or `-inf`.

    Args:
        runs: one after the other.
        stream: takes the text; a file is to be opened with `newline=""`.
        content: see `tables.make_table`.

    Raises:
        ExportError: as `make_table`.
    """
    table = make_table(runs, content)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*map(_safe, table.texts), *map(_safe, table.numbers)])
    for begin in range(0, len(table), _AT_ONCE):
        writer.writerows(_rows(table, slice(begin, begin + _AT_ONCE)))


def _rows(table: Table, which: slice) -> Iterator[tuple[Any, ...]]:
    texts = [[_safe(text) for text in column[which]] for column in table.texts.values()]
    numbers = [_cells(column, which) for column in table.numbers.values()]
    return zip(*texts, *numbers, strict=True)


def _cells(column: Column, which: slice) -> list[Any]:
    cells: list[Any] = column.values[which].tolist()
    missing = column.missing[which]
    if missing.any():
        return ["" if none else cell for none, cell in zip(missing.tolist(), cells, strict=True)]
    return cells


def _safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, as a stranger's metric may be one.

    Some spreadsheets begin a new cell at a carriage return, also inside quotation marks, or at
    every separator that they know, as the user's country has it; some leave out blanks before a
    formula, and some know the signs of East Asian width (OWASP, "CSV injection").
    """
    text = _BREAKS.sub(" ", text)
    if _OURS.fullmatch(text):
        return text
    text = _FORMULA.sub(r"\1'", text)
    return f"'{text}" if text.startswith("\t") else text
