"""Folders of runs as targets: their graphs, and what tells them from other folders."""

from __future__ import annotations

import tempfile
from pathlib import Path

from graphscope.errors import GraphscopeError, ReadError, TargetError
from graphscope.graph import Graph

GRAPH = "graph.json"
_WEB = ("http://", "https://")


def find_run(text: str) -> Path | None:
    """Return the folder of a run that a target names; None where it names something else.

    Args:
        text: a path, or a URL of shared storage (`s3://bucket/runs/exp1`), which is taken for that
            of a run: no model is opened by URL.

    Raises:
        GraphscopeError: when nothing installed can reach the URL, or it is a file of metrics.
    """
    from graphscope.runs.folders import as_folder

    if text.startswith(_WEB):
        return None
    if "://" in text:
        return as_folder(text)
    try:
        folder = Path(text).expanduser()
        if is_rows_name(folder) and folder.is_file():
            raise TargetError(
                f"{text!r} is a log of a training and holds no graph.",
                "`graphscope info` tells its metrics, `graphscope show` shows them.",
            )
        return folder if folder.is_dir() and _has_log(folder) else None
    except (OSError, RuntimeError, ValueError):  # any text may be a target, and is no path then
        return None


def is_rows_name(path: Path) -> bool:
    """Whether a file of this name holds records of a run, or rows of metrics, line by line."""
    from graphscope.runs.log.writer import ROWS

    return path.suffix.lower() in ROWS


def _has_log(folder: Path) -> bool:
    from graphscope.runs.log.writer import SUFFIX

    return any(path.is_file() for path in folder.glob(f"*{SUFFIX}"))


def read_run_graph(folder: Path) -> Graph:
    """Return the graph that is kept with a run.

    Raises:
        GraphscopeError: when there is none, or it cannot be read.
    """
    from graphscope.runs.folders import is_remote
    from graphscope.session.reading.apart import read_apart

    path = folder / GRAPH
    try:
        if not path.is_file():
            raise GraphscopeError(
                f"No graph is kept with the run {folder.name!r}: {GRAPH} is missing in its folder.",
                "Train with graphscope.Monitor(...), which writes it, or show the curves with "
                "`graphscope watch`.",
            )
        if not is_remote(folder):
            return read_apart(path, "json")
        with tempfile.TemporaryDirectory() as here:
            copy = Path(here) / GRAPH
            copy.write_bytes(path.read_bytes())
            return read_apart(copy, "json")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReadError(f"{str(path)!r} cannot be read: {reason}.") from error
