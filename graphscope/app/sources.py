"""The source files that a graph was traced from, for the page to show.

Only a graph that was traced here may have them shown (see `graphscope.app.origin`), and of the
whole disk only the files that its nodes name can be asked for, by their number.
"""

from __future__ import annotations

import linecache
import tokenize
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from graphscope.analysis.outline import Outline
from graphscope.app.highlight import highlight
from graphscope.app.origin import Origin
from graphscope.exporters.drawing import make_safe
from graphscope.graph import Graph, Node, Scope, SourceLine

MOST_BYTES = 2 << 20
"""Of a file that is shown; programs that people write stay far below."""


@dataclass(frozen=True, slots=True)
class Places:
    """The line of each item of the outline, in the order of the drawing document."""

    files: tuple[str, ...]
    file: tuple[int, ...]
    """Number of the file, -1 where the line is unknown."""
    line: tuple[int, ...]
    """From 1 on, 0 where it is unknown."""

    def as_dict(self) -> dict[str, Any]:
        """Return the places as JSON values; of paths that are alike all that differs is told."""
        files = [
            {"name": make_safe(name), "path": make_safe(path)}
            for name, path in zip(shorten_paths(self.files), self.files, strict=True)
        ]
        return {"files": files, "file": list(self.file), "line": list(self.line)}


class Sources:
    """The files that the nodes of one graph name.

    Args:
        graph: a graph.
        outline: its items.
        origin: where it comes from; there are no files unless it is live.
    """

    def __init__(self, graph: Graph, outline: Outline, origin: Origin) -> None:
        self._graph = graph
        self._outline = outline
        self._origin = origin

    @cached_property
    def exist(self) -> bool:
        """Whether there is any line to show."""
        calls: tuple[Node | Scope, ...] = (*self._graph.scopes, *self._graph.nodes)
        return self._origin.is_live and any(call.source is not None for call in calls)

    @cached_property
    def places(self) -> Places:
        """Where each item was called."""
        lines = [self._line_of(item.id) if self.exist else None for item in self._outline.items]
        numbers: dict[str, int] = {}
        for line in lines:
            if line is not None:
                numbers.setdefault(line.file, len(numbers))
        return Places(
            files=tuple(numbers),
            file=tuple(-1 if line is None else numbers[line.file] for line in lines),
            line=tuple(0 if line is None else line.line for line in lines),
        )

    def read(self, number: int) -> dict[str, Any] | None:
        """Return a file as JSON values: its highlighted lines, and what is to be said of them.

        None when the graph names no such file.
        """
        if not 0 <= number < len(self.places.files):
            return None
        path = self.places.files[number]
        text, note = self._read(path)
        lines = highlight(make_safe(text)) if text else []
        return {"path": make_safe(path), "lines": lines, "note": note}

    def _line_of(self, item: str) -> SourceLine | None:
        call = self._graph.node_by_id.get(item) or self._graph.scope_by_id.get(item)
        return call.source if call is not None else None

    def _read(self, path: str) -> tuple[str, str]:
        """Return the text, and a note where it is missing or may differ from what was traced."""
        file = Path(path)
        try:
            if not file.is_file():
                # Cells of notebooks and code from the prompt live in memory alone. What exists and
                # is no file (a pipe) must not be opened.
                remembered = "" if file.exists() else "".join(linecache.getlines(path))
                return remembered, "" if remembered else f"There is no file {path!r} any more."
            status = file.stat()
            if status.st_size > MOST_BYTES:
                return "", f"The file is larger than {MOST_BYTES >> 20} MiB."
            with tokenize.open(file) as stream:
                text = stream.read()
        except (OSError, SyntaxError, UnicodeDecodeError, ValueError) as error:
            return "", f"The file cannot be read: {getattr(error, 'strerror', None) or error}."
        if status.st_mtime > self._origin.opened_at:
            return text, "The file was changed after the model was traced; lines may have moved."
        return text, ""


def shorten_paths(paths: tuple[str, ...]) -> list[str]:
    """Return the end of each path that tells it from the others.

    >>> shorten_paths(("/home/me/net/model.py", "/home/me/net/blocks/model.py", "/home/me/fit.py"))
    ['net/model.py', 'blocks/model.py', 'fit.py']
    """
    parts = [PurePath(path).parts for path in paths]
    return [str(PurePath(*own[-_telling_length(own, parts) :])) for own in parts]


def _telling_length(own: tuple[str, ...], parts: list[tuple[str, ...]]) -> int:
    """Return how many parts at the end of a path no other path ends with."""
    for length in range(1, len(own)):
        if sum(other[-length:] == own[-length:] for other in parts) == 1:
            return length
    return len(own)
