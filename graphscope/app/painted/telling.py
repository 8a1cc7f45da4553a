"""What the page is told of a run: JSON values, small enough to be asked for again and again."""

from __future__ import annotations

import linecache
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from graphscope.app.painted.places import Rows
from graphscope.app.painted.quantities import QUANTITIES
from graphscope.app.painted.watched import WatchedRun
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.signals import loss_of
from graphscope.exporters.drawing import make_safe
from graphscope.runs import Event, Histogram, Run, Series
from graphscope.runs.curves import downsample

_POINTS = 1200
"""Of the curve along the time slider: more than the widest screen shows."""
_HISTOGRAMS = 120
"""Columns of a picture of histograms over time."""
_EVENTS = 200
_KINDS = ("nonfinite", "warning", "lost")
_SEVERITIES = ("error", "warning", "info")


def tell_run(watched: WatchedRun, rows: Rows) -> dict[str, Any]:
    """Return all but the statistics themselves.

    Args:
        watched: the run, locked.
        rows: its layers in the picture.
    """
    run = watched.outline()
    nonfinite = next((each for each in run.events if each.kind == "nonfinite"), None)
    origin = nonfinite.details.get("layer") if nonfinite is not None else None
    names = watched.samples.names
    return {
        "version": watched.version,
        "generation": watched.generation,
        "name": watched.name,
        "status": watched.status,
        "end": run.end.text if run.end is not None else "",
        "lastStep": run.last_step,
        "steps": watched.samples.steps,
        "loss": _tell_loss(run),
        "epochs": [{"epoch": each.epoch, "step": each.step} for each in watched.epochs],
        "logged": [each.name for each in QUANTITIES if names.intersection(each.statistics)],
        "layers": [_tell_layer(rows, row) for row in range(len(rows.layers))],
        "diagnoses": [_tell_diagnosis(each, rows, origin) for each in watched.diagnoses],
        "events": [_tell_event(each, rows) for each in run.events if each.kind in _KINDS][:_EVENTS],
        "notes": list(watched.notes),
    }


def tell_layer(watched: WatchedRun, key: str) -> dict[str, Any]:
    """Return every statistic of one layer, and its histograms.

    Args:
        watched: the run, locked.
        key: what the layer's statistics go by.
    """
    samples = watched.samples
    logged = [each for each in QUANTITIES if samples.names.intersection(each.statistics)]
    values = {each.name: samples.matrix(each.statistics, [key])[:, 0] for each in logged}
    return {
        "version": watched.version,
        "steps": samples.steps,
        "values": {name: [_number(float(v)) for v in column] for name, column in values.items()},
        "histograms": {
            kind: _tell_histograms(each) for kind, each in samples.histograms(key).items()
        },
    }


def _tell_loss(run: Run) -> dict[str, Any] | None:
    series = loss_of(run) or _other_loss(run)
    if series is None:
        return None
    thinned = downsample(series, _POINTS)
    return {
        "name": series.name,
        "steps": thinned.steps.tolist(),
        "values": [_number(value) for value in thinned.values.tolist()],
    }


def _other_loss(run: Run) -> Series | None:
    """Return what stands for the loss in a loop of the user's own: `generator_loss`."""
    found = (series for name, series in run.steps.items() if name.endswith("loss") and len(series))
    return next(found, None)


def _tell_layer(rows: Rows, row: int) -> dict[str, Any]:
    layer = rows.layers[row]
    return {
        "key": layer.key,
        "name": layer.name,
        "type": layer.class_name,
        "activation": layer.activation,
        "place": _tell_place(layer.file, layer.line),
        "items": list(rows.items[row]),
    }


def _tell_diagnosis(diagnosis: Diagnosis, rows: Rows, origin: object) -> dict[str, Any]:
    headline, *body = [line for line in diagnosis.message.splitlines() if line.strip()] or [""]
    return {
        "rule": diagnosis.rule,
        "symptom": diagnosis.symptom,
        "severity": _SEVERITIES.index(diagnosis.severity.value),
        "confidence": diagnosis.confidence,
        "headline": headline,
        "body": body,
        "since": diagnosis.first_step,
        "rows": rows.of_diagnosis(diagnosis, origin),
        "places": [_tell_place(each.file, each.line) for each in diagnosis.places],
        "evidence": [each.text for each in diagnosis.evidence],
        "fixes": [each.title for each in diagnosis.fixes],
    }


def _tell_event(event: Event, rows: Rows) -> dict[str, Any]:
    details = event.details
    return {
        "step": event.step,
        "kind": event.kind,
        "level": event.level,
        "text": event.text,
        "row": rows.of_key(details.get("layer")),
        "quantity": details.get("quantity"),
        "operation": details.get("operation"),
        "inputs": _tell_ranges(details.get("inputs")),
        "place": _tell_place(details.get("file"), details.get("line")),
    }


def _tell_ranges(inputs: object) -> list[dict[str, Any]]:
    if not isinstance(inputs, list | tuple):
        return []
    ranges = (each for each in inputs if isinstance(each, Mapping))
    return [{name: _number(each.get(name)) for name in ("min", "max", "mean")} for each in ranges]


def _tell_place(file: object, line: object) -> dict[str, Any] | None:
    """Return a line of the user's program, with its text where the file is on this machine."""
    if not isinstance(file, str) or not isinstance(line, int) or not file:
        return None
    return {"file": Path(file).name, "path": file, "line": line, "text": _source(file, line)}


def _source(file: str, line: int) -> str:
    # A log may name any file: only programs are shown.
    if not file.endswith(".py") or not Path(file).is_file():
        return ""
    return linecache.getline(file, line).strip()


def _tell_histograms(histograms: Sequence[tuple[int, Histogram]]) -> dict[str, Any]:
    stride = -(-len(histograms) // _HISTOGRAMS) or 1
    kept = list(histograms[::stride])
    if histograms and kept[-1] is not histograms[-1]:
        kept.append(histograms[-1])
    return {
        "steps": [step for step, _ in kept],
        "edges": [[_number(edge) for edge in each.edges] for _, each in kept],
        "counts": [list(each.counts) for _, each in kept],
    }


def _number(value: object) -> float | str | None:
    """Return a number as JSON has it: five digits; NaN is nothing, infinity the word `inf`."""
    if not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        return None
    return float(f"{value:.5g}") if isfinite(value) else "inf"


def clean(value: Any) -> Any:
    """Return a JSON value without lone surrogates, which no UTF-8 holds."""
    if isinstance(value, str):
        return make_safe(value)
    if isinstance(value, dict):
        return {make_safe(key): clean(each) for key, each in value.items()}
    return [clean(each) for each in value] if isinstance(value, Iterable) else value
