"""The child of `apart`: reads one file, and answers with its graph or the error."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import IO, Any

from graphscope.errors import GraphscopeError, ReadError
from graphscope.graph import Graph, to_json
from graphscope.session.children.messages import send


def main(task: dict[str, Any], channel: IO[bytes]) -> None:
    """Do the task, and answer it."""
    module, _, function = task["reader"].partition(":")
    read = getattr(import_module(module), function)
    try:
        graph = read(Path(task["file"]))
    except GraphscopeError as error:
        _send_error(channel, error)
        return
    except OSError as error:
        reason = error.strerror or str(error)
        _send_error(channel, ReadError(f"{task['file']!r} cannot be read: {reason}."))
        return
    send(channel, {"answer": "graph"}, _write(graph))


def _write(graph: Graph) -> bytes:
    return to_json(graph).encode("utf-8", "replace")


def _send_error(channel: IO[bytes], error: GraphscopeError) -> None:
    told = {
        "answer": "error",
        "type": type(error).__name__,
        "message": error.message,
        "remedy": error.remedy,
    }
    partial = error.graph if isinstance(error, ReadError) else None
    send(channel, told, b"" if partial is None else _write(partial))
