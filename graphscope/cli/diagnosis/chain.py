"""The excerpt of the graph: the last calls up to the failure, from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from graphscope.cli.diagnosis.look import CULPRIT, QUIET, Signs, plain
from graphscope.cli.text import shorten
from graphscope.doctor.reports.report import Step

_NAME = 28
_CLASS = 20


def draw_chain(steps: tuple[Step, ...], signs: Signs, width: int) -> Iterator[Text]:
    """Yield one line per call: name, class, shape; the culprit in its colour."""
    names = [shorten(plain(step.name), _NAME) for step in steps]
    classes = [shorten(plain(step.class_name), _CLASS) for step in steps]
    wide = max(map(len, names), default=0)
    wide_class = max(map(len, classes), default=0)
    room = max(12, width - wide - wide_class - 8)
    for position, step in enumerate(steps):
        shape = shorten(plain(step.shape), room)
        quiet = f"not bold default {QUIET}"
        if step.is_culprit:
            line = Text(f"{signs.wrong} ", style=CULPRIT)
            line.append(f"{names[position]:<{wide}}  ")
        else:
            line = Text(
                f"{signs.bar if position else '┌' if signs.bar == '│' else '|'} ", style=quiet
            )
            line.append(f"{names[position]:<{wide}}  ", style="not dim")
        line.append(f"{classes[position]:<{wide_class}}  ", style=quiet)
        yield line.append(shape, style=CULPRIT if step.is_culprit else "not dim not bold cyan")
