"""Python source as lines of coloured runs, by Pygments."""

from __future__ import annotations

from typing import Any, TypeAlias

Run: TypeAlias = list[str]
"""A word for its colour (see `_COLOURS`; "" for plain text), and the text."""

_COLOURS = (
    ("Comment", "comment"),
    ("Literal.String", "string"),
    ("Literal.Number", "number"),
    ("Keyword", "keyword"),
    ("Operator.Word", "keyword"),
    ("Name.Decorator", "decorator"),
    ("Name.Function", "name"),
    ("Name.Class", "name"),
    ("Name.Builtin", "builtin"),
    ("Name.Exception", "builtin"),
)
"""Pygments knows some eighty kinds of tokens; these are told apart."""


def highlight(text: str) -> list[list[Run]]:
    """Return the runs of each line of a Python program.

    A text that is no Python is shown all the same, with fewer colours.

    >>> highlight("x = 1")
    [[['', 'x = '], ['number', '1']]]
    """
    from pygments.lexers.python import PythonLexer

    lines: list[list[Run]] = [[]]
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for kind, value in lexer.get_tokens(text):
        colour = _colour_of(kind)
        for at, part in enumerate(value.split("\n")):
            if at:
                lines.append([])
            if part:
                _append(lines[-1], colour, part)
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _append(line: list[Run], colour: str, text: str) -> None:
    """Add to a line, joining runs of one colour."""
    if line and line[-1][0] == colour:
        line[-1][1] += text
    else:
        line.append([colour, text])


def _colour_of(kind: Any) -> str:
    name = f"{'.'.join(kind)}."
    return next((colour for prefix, colour in _COLOURS if name.startswith(f"{prefix}.")), "")
