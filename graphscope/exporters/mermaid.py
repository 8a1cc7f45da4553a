"""Mermaid: the picture as a flowchart in text, for pages that draw it themselves (GitHub, wikis).

Colours are left to the page that shows it, which knows whether it is light or dark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from graphscope.exporters.drawing import make_drawing, make_safe
from graphscope.exporters.files import write_text
from graphscope.exporters.level import Box, Picture, make_picture
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph

MOST_EDGES = 500
"""`maxEdges` of Mermaid's configuration, as it is unless a site changes it."""
MOST_LETTERS = 50_000
"""`maxTextSize` of Mermaid's configuration, as it is unless a site changes it."""

_LINKS = {"data": "-->", "mask": "-.->", "state": "-.->", "control": "-.->"}
_SHAPES = {"input": ("([", "])"), "scope": ("[[", "]]"), "node": ("[", "]")}
_LONGEST = 80
# Mermaid reads labels as Markdown and then as HTML: letters and digits of any script stay, with
# blanks, points, hyphens and underscores between two of them; all else is a numbered character.
_SAFE = re.compile(r"(?<=[^\W_])[ .\-_](?=[^\W_])|[^\W_]|[×,()=/]")
_LINK = re.compile(r"(?<=www)\.", re.IGNORECASE)  # else an address that is made a link


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as a Mermaid flowchart: open scopes are subgraphs.

    Raises:
        ExportError: when `options` name a scope that the graph does not have, or the file cannot
            be written.
    """
    picture = make_picture(make_drawing(graph, batch=options.batch), options)
    write_text(path, make_flowchart(picture, options))


def make_flowchart(picture: Picture, options: ExportOptions) -> str:
    """Return the Mermaid source of a picture; what a site may refuse is said in its first lines."""
    way = "TB" if options.direction == "down" else "LR"
    # A string of JSON is one of YAML too. Mermaid exchanges quotation marks in what looks like a
    # tag, wherever it begins.
    title = json.dumps(make_safe(_shorten(picture.name))).replace("<", r"\u003c")
    head = ["---", f"title: {title}", "---"]
    body = [f"flowchart {way}", *_write_scope(picture, way), *_write_lines(picture)]
    size = sum(len(line) + 1 for line in (*head, *body))
    return "\n".join([*head, *_warn(len(picture.lines), size), *body]) + "\n"


def quote(text: str) -> str:
    """Return the text as a label that shows it letter for letter, whatever is in it.

    >>> quote("conv_1 <b>#"), quote("__init__"), quote("1. a")
    ('"conv_1#32;#60;b#62;#35;"', '"#95;#95;init#95;#95;"', '"1#46;#32;a"')
    """
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f'"{_encode(_shorten(printable))}"'


def _encode(text: str) -> str:
    parts, end = [], 0
    for found in _SAFE.finditer(text):
        parts += [*map(_number, text[end : found.start()]), found[0]]
        end = found.end()
    parts += map(_number, text[end:])
    return _LINK.sub("#46;", "".join(parts))


def _number(character: str) -> str:
    return f"#{ord(character)};"


def _shorten(text: str) -> str:
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}…{text[-half:]}"


def _warn(edges: int, letters: int) -> Iterator[str]:
    if edges > MOST_EDGES:
        yield f"%% {edges:,} edges: Mermaid draws {MOST_EDGES} unless maxEdges is set."
    if letters > MOST_LETTERS:
        yield f"%% {letters:,} letters: Mermaid reads {MOST_LETTERS:,} unless maxTextSize is set."


def _write_scope(picture: Picture, way: str) -> list[str]:
    """Write what the scopes hold, without recursion: models may nest deeply."""
    opened = {scope.item: scope for scope in picture.scopes}
    lines: list[str] = []
    waiting: list[tuple[int, int] | str] = [(picture.scopes[0].item, 0)]
    while waiting:
        step = waiting.pop()
        if isinstance(step, str):
            lines.append(step)
            continue
        item, depth = step
        indent = "  " * depth
        if item not in opened:
            lines.append(indent + _write_box(picture.boxes[item]))
            continue
        scope = opened[item]
        if depth:
            lines.append(f"{indent}subgraph s{item}[{_label(scope)}]")
            lines.append(f"{indent}  direction {way}")
            waiting.append(f"{indent}end")
        waiting += [(child, depth + 1) for child in reversed(scope.children)]
    return lines


def _write_box(box: Box) -> str:
    left, right = _SHAPES.get(box.kind) or _SHAPES["scope" if box.is_scope else "node"]
    return f"n{box.item}{left}{_label(box)}{right}"


def _label(box: Box) -> str:
    name = box.name if box.count == 1 else f"{box.name} ×{box.count}"
    told = [name, box.type if box.type != box.name else "", box.shape]
    lines = [part for part in told if part] or [box.id]  # an empty label is a syntax error
    return '"' + "<br/>".join(quote(part)[1:-1] for part in lines) + '"'


def _write_lines(picture: Picture) -> Iterator[str]:
    for line in picture.lines:
        label = line.shape if line.count == 1 else f"{line.shape} ×{line.count}"
        told = f"|{quote(label)}|" if label else ""
        yield f"  n{line.source} {_LINKS[line.kind]}{told} n{line.target}"
