"""Reading values of nodes: from JSON files, ours or Model Explorer's, and from Python."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from graphscope.errors import ReadError
from graphscope.exporters.engine import call_script
from graphscope.exporters.node_data import NodeData, attach
from graphscope.graph import Graph
from graphscope.readers.files.regular_file import open_regular_file

Overlays: TypeAlias = Sequence[str | os.PathLike[str] | Mapping[str, Any]]
"""Files, and mappings as they would stand in one."""

LARGEST = 64 * 2**20
"""Bytes: the values of some hundred thousand nodes are a tenth of it, and the page takes no more
from a file that is opened there."""

_REMEDY = (
    'Write {"name": "...", "values": {node id: number or text}}, or node data of Model Explorer.'
)


def add_overlays(graph: Graph, overlays: Overlays) -> Graph:
    """Return the graph with values of nodes.

    Args:
        graph: the graph.
        overlays: see `read_overlay`.

    Raises:
        ReadError: when one of them cannot be read.
    """
    return attach(graph, [read_overlay(each) for each in overlays])


def read_overlay(given: str | os.PathLike[str] | Mapping[str, Any]) -> NodeData:
    """Read values of nodes.

    Args:
        given: the path of a JSON file, or a mapping: `{"name": "Score", "unit": "ms", "fold":
            "sum", "values": {"encoder/dense": 0.5}}`. Keys are ids of nodes, or names of layers;
            values are numbers or texts, of which NaN and None are unknown. Node data of Model
            Explorer are read, too.

    Raises:
        ReadError: when there is no such file, or it does not say values of nodes.
    """
    if isinstance(given, Mapping):
        return check_node_data(_make_plain(given), str(given.get("name") or "values"))
    path = Path(given)
    with open_regular_file(path) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ReadError(f"{path.name} is larger than {LARGEST // 2**20} MiB.", "Write fewer nodes.")
    return check_node_data(_parse(data, path.name), path.name)


def check_node_data(data: Any, source: str) -> NodeData:
    """Return JSON values as values of nodes.

    Raises:
        ReadError: when they are no such values.
    """
    import quickjs

    try:
        names = json.loads(
            call_script("headless.mjs", "nameNodeData", json.dumps(data, allow_nan=False), source)
        )
    except quickjs.JSException as error:
        reason = str(error).partition("\n")[0].removeprefix("Error: ")
        raise ReadError(reason, _REMEDY) from error
    return NodeData(source, tuple(names), data)


def _parse(data: bytes, name: str) -> Any:
    try:
        # Programs in Python write NaN where a value is unknown.
        text = data.decode("utf-8-sig")
        return json.loads(text, parse_constant=lambda _constant: None, parse_float=_read_number)
    except UnicodeDecodeError as error:
        raise ReadError(f"{name} is not UTF-8 text.", _REMEDY) from error
    except RecursionError as error:
        raise ReadError(f"{name} is nested too deeply.", _REMEDY) from error
    except ValueError as error:
        raise ReadError(f"{name} is not JSON ({str(error)[:120]}).", _REMEDY) from error


def _read_number(text: str) -> float | None:
    """Return a number; one beyond all that are finite is as unknown as `Infinity` is."""
    number = float(text)
    return number if math.isfinite(number) else None


def _make_plain(given: Mapping[str, Any]) -> Any:
    """Return a mapping as JSON has it: numbers of NumPy as numbers, NaN as unknown."""
    try:
        text = json.dumps(dict(given), default=_unwrap)
    except (TypeError, ValueError) as error:
        raise ReadError(f"An overlay cannot be written as JSON: {error}.", _REMEDY) from error
    return json.loads(text, parse_constant=lambda _constant: None)


def _unwrap(value: Any) -> Any:
    """Return what a number of NumPy or a tensor of one element holds."""
    if isinstance(value, Mapping):
        return dict(value)
    item = getattr(value, "item", None)
    if item is None:
        raise TypeError(f"a value of type {type(value).__name__} is neither a number nor a text")
    return item()
