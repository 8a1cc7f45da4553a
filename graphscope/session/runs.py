"""Folders of runs as targets: their graphs, and what tells them from other folders."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from graphscope.errors import GraphscopeError, ReadError, TargetError
from graphscope.graph import Graph
from graphscope.session.files import is_name_of_model
from graphscope.session.targets import DOWNLOAD

GRAPH = "graph.json"
_WEB = ("http", "https")
_HUBS = ("hf", "kaggle", "modelscope", "ollama")
"""Schemes of addresses that name models, not folders of runs."""


def find_run(text: str) -> Path | None:
    """Return the folder of a run that a target names; None where it names something else.

    Args:
        text: a path, or a URL of shared storage (`s3://bucket/runs/exp1`), which is taken for that
            of a run: no model is opened by URL.

    Raises:
        GraphscopeError: when the URL names no run or cannot be reached, or it is a file of
            metrics.
    """
    if "://" in text:
        return find_remote_run(text)
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


def find_remote_run(url: str) -> Path | None:
    """Return the folder of a run on shared storage; None for a page of the web.

    Raises:
        TargetError: when the URL is that of a model, of a file of this machine, or of nothing.
        GraphscopeError: when it cannot be reached.
    """
    from graphscope.runs.folders import as_folder

    scheme = url.partition("://")[0].lower()
    if scheme in _WEB:
        return None
    _refuse_no_run(url, scheme)
    folder = as_folder(url)
    try:
        is_run = (folder / GRAPH).is_file() or _has_log(folder)
    except Exception as error:  # each storage has errors of its own
        reason = str(error)[:120] or type(error).__name__
        raise GraphscopeError(
            f"{url!r} cannot be reached ({reason}).", "Check the address and the network."
        ) from error
    if not is_run:
        raise TargetError(f"There is no run at {url!r}.", "Name the folder that Monitor writes to.")
    return folder


def _refuse_no_run(url: str, scheme: str) -> None:
    if scheme == "file":
        path = unquote(urlsplit(url).path)
        raise TargetError(f"{url!r} is the address of a file of this machine.", f"Name it: {path}")
    if scheme in _HUBS:
        raise TargetError(
            f"{url!r} is the address of a model in a hub, and graphscope opens files.",
            "Download it and give its path, or load it in Python and pass it to graphscope.show.",
        )
    if is_name_of_model(url.rstrip("/").rpartition("/")[2]):
        raise TargetError(
            f"{url!r} is the address of a model, and graphscope opens files.", DOWNLOAD
        )


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
