"""Records as lines of JSON, and lines as records.

A line is one JSON object whose key `k` says what it is; numbers that JSON does not know are the
strings "nan", "inf" and "-inf", and steps are arrays without names so that logs stay small.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson

from graphscope.runs.records import (
    Columns,
    End,
    Epoch,
    Event,
    Histogram,
    LayerInfo,
    Record,
    Start,
    Statistics,
    Step,
)

VERSION = 1
_LARGEST = 2**53
"""Whole numbers beyond are not the same in every reader of JSON."""


def encode(record: Record) -> bytes:
    """Return a record as one line, its newline included.

    Raises:
        TypeError, ValueError: when it holds a value that has no form in JSON.
    """
    if isinstance(record, Step) and all(map(math.isfinite, record.values)):
        return _encode_finite(record)
    return orjson.dumps(_to_json(record), option=orjson.OPT_APPEND_NEWLINE)


def _encode_finite(step: Step) -> bytes:
    """Return the line of a step in less than half of the time; training waits for it."""
    values = ",".join(["%.7g"] * len(step.values)) % step.values
    return (
        b'{"k":"s","c":%d,"s":%d,"t":%.3f,"v":[%b]}\n'
        % (step.columns, step.step, step.time, values.encode())
    )  # fmt: skip


def decode(line: bytes) -> Record | None:
    """Return the record of a line; None for one of a kind that a later version writes.

    Raises:
        ValueError: when it is no whole record.
    """
    return make_record(orjson.loads(line))


def make_record(values: Any) -> Record | None:
    """Return the record that a parsed line holds; None for one of a kind that is not known.

    Raises:
        ValueError: when something is missing.
    """
    try:
        make = _MAKERS.get(values["k"])
        return make(values) if make is not None else None
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise ValueError(f"not a record: {error!r}") from error


def number(value: float) -> float | str:
    """Return a number as JSON can hold it; seven digits, as float32 has."""
    if math.isfinite(value):
        return float(f"{value:.7g}")
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def numbers(values: Mapping[str, float]) -> dict[str, float | str]:
    """Return numbers by name as JSON can hold them."""
    return {name: number(value) for name, value in values.items()}


def _to_json(record: Record) -> dict[str, Any]:  # noqa: PLR0911 - one answer per kind
    match record:
        case Step(step, time, columns, values):
            return {
                "k": "s", "c": columns, "s": step, "t": round(time, 3),
                "v": [number(value) for value in values],
            }  # fmt: skip
        case Columns(identity, names):
            return {"k": "columns", "c": identity, "names": names}
        case Epoch(epoch, step, time, metrics):
            return {
                "k": "epoch", "e": epoch, "s": step, "t": round(time, 3), "m": numbers(metrics),
            }  # fmt: skip
        case Statistics(step, time, layers, histograms):
            return {
                "k": "stats", "s": step, "t": round(time, 3),
                "layers": {key: numbers(values) for key, values in layers.items()},
                "histograms": _histograms_to_json(histograms),
            }  # fmt: skip
        case Event(step, time, kind, text, level, details):
            return {
                "k": "event", "s": step, "t": round(time, 3), "kind": kind, "text": text,
                "level": level, "details": plain(details),
            }  # fmt: skip
        case End(step, time, status, text):
            return {"k": "end", "s": step, "t": round(time, 3), "status": status, "text": text}
        case Start():
            return _start_to_json(record)


def _histograms_to_json(given: Mapping[str, Mapping[str, Histogram]]) -> dict[str, Any]:
    return {
        key: {
            kind: [[number(edge) for edge in each.edges], list(each.counts)]
            for kind, each in kinds.items()
        }
        for key, kinds in given.items()
    }


_LAYER_FIELDS = (
    "key", "name", "class_name", "graph_layer", "parameters", "trainable_parameters", "activation",
    "file", "line",
)  # fmt: skip


def _start_to_json(start: Start) -> dict[str, Any]:
    return {
        "k": "start", "v": VERSION, "run": start.run, "writer": start.writer, "t": start.time,
        "rank": start.rank, "config": plain(start.config), "environment": plain(start.environment),
        "layers": [{name: getattr(each, name) for name in _LAYER_FIELDS} for each in start.layers],
        "graph": start.graph,
    }  # fmt: skip


def plain(value: Any) -> Any:  # noqa: PLR0911 - one answer per kind
    """Return a value as JSON can hold it; what cannot be held becomes its class's name."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode(errors="replace").decode()  # Half a surrogate has no form in UTF-8.
    if isinstance(value, int):
        return value if -_LARGEST <= value <= _LARGEST else str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "size", 0) == 1:
        return plain(item())
    return f"<{type(value).__name__}>"


def _real(value: float | str) -> float:
    return float(value)


def _reals(values: Mapping[str, float | str]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def _make_start(v: Mapping[str, Any]) -> Start:
    layers = tuple(
        LayerInfo(**{name: each[name] for name in _LAYER_FIELDS if name in each})
        for each in v["layers"]
    )
    return Start(
        v["run"], v["writer"], v["t"], v["rank"], v["config"], v["environment"], layers, v["graph"]
    )


def _make_statistics(v: Mapping[str, Any]) -> Statistics:
    histograms = {
        key: {
            kind: Histogram(tuple(map(_real, edges)), tuple(counts))
            for kind, (edges, counts) in kinds.items()
        }
        for key, kinds in v.get("histograms", {}).items()
    }
    layers = {key: _reals(values) for key, values in v["layers"].items()}
    return Statistics(v["s"], v["t"], layers, histograms)


_MAKERS: Mapping[str, Any] = {
    "s": lambda v: Step(v["s"], v["t"], v["c"], tuple(map(_real, v["v"]))),
    "columns": lambda v: Columns(v["c"], tuple(v["names"])),
    "epoch": lambda v: Epoch(v["e"], v["s"], v["t"], _reals(v["m"])),
    "stats": _make_statistics,
    "event": lambda v: Event(v["s"], v["t"], v["kind"], v["text"], v["level"], v["details"]),
    "end": lambda v: End(v["s"], v["t"], v["status"], v["text"]),
    "start": _make_start,
}
