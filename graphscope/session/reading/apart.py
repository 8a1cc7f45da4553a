"""Reading a file in a child process: the one way from a file to what is in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope import plugins
from graphscope.errors import GraphscopeError, ReadError
from graphscope.graph import Graph
from graphscope.readers.text import quote
from graphscope.session.children.answers import take_data, take_graph
from graphscope.session.children.messages import Message
from graphscope.session.children.process import ChildEndedError, Job, ask

if TYPE_CHECKING:
    from graphscope.analysis.number_summary import NumberSummary

SECONDS_VARIABLE = "GRAPHSCOPE_READ_SECONDS"
MEMORY_VARIABLE = "GRAPHSCOPE_READ_MEMORY"
"""Environment variables that change the limits: seconds, and MiB."""

SECONDS = 60.0
"""Several times what the largest model that was tried takes."""
MEMORY = 896 << 20
"""Bytes. With the libraries, the process stays below 1 GiB."""
MOST = 1 << 30
"""Bytes of an answer: the document of a graph of a million nodes stays below."""

_MODULE = "graphscope.session.reading.child"
_KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TEMP", "SYSTEMROOT")
_SET = {
    # One thread each: more would be started, with memory of their own, and never used.
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Otherwise HDF5 loads a library to undo a compression that it does not know.
    "HDF5_PLUGIN_PRELOAD": "::",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take."""

    seconds: float
    memory: int
    """Bytes that are allocated, where the system can limit them."""


def find_limits() -> Limits:
    """Return the limits that hold unless others are given.

    Raises:
        ReadError: when an environment variable is no positive number.
    """
    return Limits(
        seconds=_read_variable(SECONDS_VARIABLE) or SECONDS,
        memory=int(_read_variable(MEMORY_VARIABLE) * (1 << 20)) or MEMORY,
    )


def read_apart(path: Path, reader: str, limits: Limits | None = None, *, entry: str = "") -> Graph:
    """Return the graph in a file, read in a child process that may do nothing else.

    Args:
        path: the file, or a folder where the reader takes folders.
        reader: the name that the reader is registered by.
        limits: of the child.
        entry: the entry point that is wanted, where the reader offers several; see `has_entries`.

    Raises:
        ReadError: what the reader raised, with the graph of what could be read; or that reading
            took too much, or crashed.
    """
    return take_graph(_ask(path, reader, "graph", limits, entry=entry))


def has_entries(reader: str) -> bool:
    """Whether files of a reader may have several entry points, of which one can be asked for."""
    return offers(reader, "HAS_ENTRIES")


def summarise_weights(
    path: Path, reader: str, weights: Sequence[str], *, most_bytes: int, entry: str = ""
) -> list[NumberSummary | GraphscopeError | None]:
    """Return the statistics of the numbers in some weights, in the order of their ids.

    Where a weight cannot be read its error stands in the place, and None where it has no values.

    Args:
        path: the file.
        reader: the name of its reader, which offers the numbers; see `offers`.
        weights: their ids in the graph.
        most_bytes: that are read of each; of a larger weight, parts that are spread evenly.
        entry: what `read_apart` was asked for.

    Raises:
        ReadError: as `read_apart` does.
    """
    from graphscope.analysis.number_summary import NumberSummary

    more = {"weights": list(weights), "limit": most_bytes, "entry": entry}
    rows = take_data(_ask(path, reader, "weights", None, **more))

    def take(row: dict[str, Any] | None) -> NumberSummary | GraphscopeError | None:
        if row is None:
            return None
        if "error" in row:
            return ReadError(str(row["error"]))
        return NumberSummary(**{**row, "bins": tuple(row["bins"])})

    return [take(row) for row in rows]


def read_compile_config(path: Path, reader: str) -> dict[str, Any] | None:
    """Return what the model in a file was compiled with, as Keras writes it; None if nothing.

    Raises:
        ReadError: as `read_apart` does.
    """
    if not offers(reader, "compile_config"):
        return None
    config = read_data(path, reader, "compile_config")
    return config if isinstance(config, dict) else None


def read_data(path: Path, reader: str, function: str) -> Any:
    """Return what a function of the reader's module tells of a file.

    Args:
        path: the file.
        reader: the name of its reader.
        function: takes the path and returns JSON values; see `offers`.

    Raises:
        ReadError: as `read_apart` does.
    """
    return take_data(_ask(path, reader, "data", None, function=function))


def offers(reader: str, function: str) -> bool:
    """Whether the module of a reader has a function besides the one that reads graphs."""
    return hasattr(sys.modules[plugins.find("readers", reader).__module__], function)


def _ask(path: Path, reader: str, wanted: str, limits: Limits | None, **more: Any) -> Message:
    limits = limits or find_limits()
    task = {
        "wanted": wanted,
        "reader": _find_entry(reader),
        "file": os.fsencode(path).decode("utf-8", "surrogateescape"),
        "seconds": limits.seconds,
        "memory": limits.memory,
        "more_memory": f"Set {MEMORY_VARIABLE} to more MiB if you trust the file.",
        **more,
    }
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _SET
    # Rare imports take longer than reading most files; they are made when a file needs them. The
    # numbers in weights always do.
    for rare in (False, True) if wanted != "weights" else (True,):
        job = Job(_MODULE, task | {"rare": rare}, environment, True, limits.seconds, MOST)
        try:
            answer = ask(job, lambda _text: None)
        except ChildEndedError as end:
            raise _explain(end, path, limits) from end
        if answer.header.get("answer") != "again":
            break
    return answer


def _find_entry(reader: str) -> str:
    """Return where a reader is, as `module:function`; it is imported by the child."""
    points = plugins.registered("readers")
    if reader not in points:
        plugins.find("readers", reader)  # It says which there are.
    return points[reader].value


def _read_variable(name: str) -> float:
    text = os.environ.get(name, "")
    try:
        value = float(text or 0)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ReadError(f"{name} is {quote(text)}.", "Set it to a positive number, or not at all.")
    return value


def _explain(end: ChildEndedError, path: Path, limits: Limits) -> ReadError:
    shown = quote(str(path), 200)
    if end.is_late:
        return ReadError(
            f"Reading {shown} took more than {limits.seconds:g} seconds and was given up.",
            f"Set {SECONDS_VARIABLE} to more seconds if you trust the file.",
        )
    return ReadError(
        f"The process that read {shown} {end.how}; the file is damaged or hostile.",
        "Copy or download it again. If other files fail as well, reinstall graphscope.",
    )
