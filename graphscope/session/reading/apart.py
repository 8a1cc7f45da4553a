"""Reading a file in a child process: the one way from a file to its graph."""

from __future__ import annotations

import os
from pathlib import Path

from graphscope import errors, plugins
from graphscope.errors import GraphscopeError, ReadError
from graphscope.graph import Graph, from_json
from graphscope.readers.text import quote
from graphscope.session.children.messages import Message
from graphscope.session.children.process import ChildEndedError, Job, ask

SECONDS = 60.0
"""That reading a file may take: several times what the largest model that was tried takes."""
MEMORY = 1 << 30
"""Bytes that the process may allocate."""
MOST = 1 << 30
"""Bytes of an answer: the document of a graph of a million nodes stays below."""

_KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TEMP", "SYSTEMROOT")
_SET = {
    # One thread each: they would be started, each with memory of its own, and never used.
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # HDF5 would load a library to undo a compression that it does not know.
    "HDF5_PLUGIN_PRELOAD": "::",
}


def read_apart(path: Path, reader: str, *, seconds: float = SECONDS, memory: int = MEMORY) -> Graph:
    """Return the graph in a file, read in a child process that may do nothing else.

    Args:
        path: the file, or a folder where the reader takes folders.
        reader: the name that the reader is registered by.
        seconds: after which the child is ended.
        memory: bytes that the child may allocate, where the system can limit it.

    Raises:
        ReadError: what the reader raised, with the graph of what could be read; or that reading
            took too much, or crashed.
    """
    task = {
        "reader": find_entry(reader),
        "file": os.fsencode(path).decode("utf-8", "surrogateescape"),
        "memory": memory,
        "seconds": seconds,
    }
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _SET
    job = Job("graphscope.session.reading.child", task, environment, True, seconds, MOST)
    shown = quote(str(path), 200)
    try:
        answer = ask(job, lambda _text: None)
    except ChildEndedError as end:
        raise _explain(end, shown, job) from end
    if answer.header.get("answer") == "graph":
        return _read_graph(answer)
    raise _as_error(answer)


def find_entry(reader: str) -> str:
    """Return where a reader is, as `module:function`; the child imports it.

    Raises:
        GraphscopeError: when none is registered by that name.
    """
    points = plugins.registered("readers")
    if reader not in points:
        plugins.find("readers", reader)  # complains
    return points[reader].value


def _read_graph(answer: Message) -> Graph:
    return from_json(answer.payload.decode("utf-8"))


def _as_error(answer: Message) -> GraphscopeError:
    told = answer.header
    kind = getattr(errors, str(told.get("type")), None)
    if not (isinstance(kind, type) and issubclass(kind, GraphscopeError)):
        kind = GraphscopeError
    error = kind(str(told.get("message")), str(told.get("remedy")))
    if isinstance(error, ReadError) and answer.payload:
        error.graph = _read_graph(answer)
    return error


def _explain(end: ChildEndedError, shown: str, job: Job) -> ReadError:
    if end.is_late:
        return ReadError(
            f"Reading {shown} took more than {job.seconds:g} seconds and was given up.",
            "The file is damaged, or larger than any model that was tried.",
        )
    return ReadError(
        f"The process that read {shown} {end.how}.",
        "The file is damaged or hostile, or needs more memory than there is.",
    )
