"""What the page is told of a run: JSON values, small enough to be asked for again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphscope.app.painted.devices import tell_distribution
from graphscope.app.painted.happenings import find_origin, tell_event, tell_nonfinite
from graphscope.app.painted.numerals import tell_number
from graphscope.app.painted.places import Rows
from graphscope.app.painted.quantities import QUANTITIES
from graphscope.app.painted.source import tell_place
from graphscope.app.painted.watched import WatchedRun
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.signals import loss_of
from graphscope.runs import Histogram, Run, Series
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
    origin = find_origin(run)
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
        "events": [tell_event(each, rows) for each in run.events if each.kind in _KINDS][:_EVENTS],
        "nonfinite": tell_nonfinite(run, rows),
        "overhead": _tell_overhead(run),
        "distribution": tell_distribution(run, rows),
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
        "values": {
            name: [tell_number(float(v)) for v in column] for name, column in values.items()
        },
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
        "values": [tell_number(value) for value in thinned.values.tolist()],
    }


def _other_loss(run: Run) -> Series | None:
    """Return what stands for the loss in a loop of the user's own: `generator_loss`."""
    found = (series for name, series in run.steps.items() if name.endswith("loss") and len(series))
    return next(found, None)


def _tell_overhead(run: Run) -> float | str | None:
    """Return the share of the time so far that the monitor took, as it was logged last."""
    series = run.steps.get("overhead")
    return tell_number(float(series.values[-1])) if series is not None and len(series) else None


def _tell_layer(rows: Rows, row: int) -> dict[str, Any]:
    layer = rows.layers[row]
    return {
        "key": layer.key,
        "name": layer.name,
        "type": layer.class_name,
        "activation": layer.activation,
        "place": tell_place(layer.file, layer.line),
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
        "places": [tell_place(each.file, each.line) for each in diagnosis.places],
        "evidence": [each.text for each in diagnosis.evidence],
        "fixes": [each.title for each in diagnosis.fixes],
    }


def _tell_histograms(histograms: Sequence[tuple[int, Histogram]]) -> dict[str, Any]:
    stride = -(-len(histograms) // _HISTOGRAMS) or 1
    kept = list(histograms[::stride])
    if histograms and kept[-1] is not histograms[-1]:
        kept.append(histograms[-1])
    return {
        "steps": [step for step, _ in kept],
        "edges": [[tell_number(edge) for edge in each.edges] for _, each in kept],
        "counts": [list(each.counts) for _, each in kept],
    }
