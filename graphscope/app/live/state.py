"""What the page is told of all runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from graphscope.app.live.live_run import LiveRun
from graphscope.app.live.values import as_json, as_scalar
from graphscope.runs.compare import differing, flatten
from graphscope.runs.curves import direction_of
from graphscope.runs.index.rows import RunRow
from graphscope.runs.index.summaries import Summary

_EVENTS = 200
_DIFFERING = 40
"""Columns of configuration that are offered: more nobody reads."""
_TELLING = ("optimizer", "fit", "loss", "model")
"""Parts of a configuration, the one first that says most about why runs differ."""

Group = Literal["train", "validation", "time", "memory", "rate", "other"]
_GROUPS: tuple[tuple[str, Group], ...] = (
    (r"val_", "validation"),
    (r"time/|samples_per_second$|overhead$", "time"),
    (r"memory/", "memory"),
    (r"learning_rate|lr$", "rate"),
    (r"reported_loss$", "other"),
)


def group_of(metric: str) -> Group:
    """Return the group of cards that a metric belongs to."""
    found = (group for pattern, group in _GROUPS if re.match(pattern, metric))
    return next(found, "train")


def tell_metrics(rows: Sequence[RunRow]) -> list[dict[str, Any]]:
    """Return all metrics that any run logs, in the order in which they were first logged."""
    names = dict.fromkeys(name for row in rows for name in row.metrics)
    return [
        {
            "name": as_json(name),
            "group": group_of(name),
            "direction": {"lower": "min", "higher": "max"}.get(direction_of(name) or ""),
            "per": [
                per
                for per, has in (
                    ("step", any(name in row.step_metrics for row in rows)),
                    ("epoch", any(name in row.epoch_metrics for row in rows)),
                )
                if has
            ],
        }
        for name in sorted(names, key=lambda name: name.rpartition("val_")[2] or name)
    ]


def find_differing(rows: Sequence[RunRow]) -> list[str]:
    """Return the paths of configuration that differ between runs, the most telling first."""
    found = differing([row.config for row in rows if row.config])

    def rank(item: tuple[str, list[Any]]) -> tuple[int, int, int, str]:
        path, values = item
        part = re.split(r"[.\[]", path)[0]
        place = _TELLING.index(part) if part in _TELLING else len(_TELLING)
        is_name = path.rpartition(".")[2] == "name"
        return (is_name, sum(value is None for value in values), place, path)

    return [as_json(path) for path, _ in sorted(found.items(), key=rank)[:_DIFFERING]]


def tell_run(run: LiveRun) -> dict[str, Any]:
    """Return one run as the page's table has it."""
    row = run.row
    fit = row.config.get("fit")
    planned = fit.get("epochs") if isinstance(fit, dict) else None
    return {
        "key": run.key,
        "name": as_json(row.name),
        "status": row.status,
        "status_text": as_json(row.status_text or _explain(row)),
        "started": _time(row.started),
        "updated": _time(row.updated),
        "duration": as_scalar(row.duration),
        "step": row.step,
        "epochs": row.epochs,
        "planned_epochs": planned if isinstance(planned, int) else None,
        "writers": row.writers,
        "version": run.version,
        "overhead": _last(row, "overhead"),
        "speed": _last(row, "samples_per_second"),
        "metrics": dict(_tell_summaries(row)),
        "config": as_json(flatten(row.config)) if row.config else {},
        "environment": as_json(flatten(row.environment)) if row.environment else {},
        "alerts": run.alerts(),
        "examined": run.examined >= 0,
        "events": [
            {"kind": as_json(each.kind), "step": each.step, "level": each.level,
             "text": as_json(each.text)}
            for each in run.events()[-_EVENTS:]
        ],
        "notes": [as_json(note) for note in (*row.notes, *run.notes)],
        "location": as_json(row.location),
    }  # fmt: skip


def _explain(row: RunRow) -> str:
    if row.status != "killed":
        return ""
    return "The process that trained is gone, and did not close its log."


def _tell_summaries(row: RunRow) -> Iterable[tuple[str, dict[str, Any]]]:
    for name, summary in row.metrics.items():
        is_epoch = name in row.epoch_metrics
        yield as_json(name), _tell_summary(summary, is_epoch=is_epoch)


def _tell_summary(summary: Summary, *, is_epoch: bool) -> dict[str, Any]:
    """Return last and best value; epochs are counted from 1, as Keras prints them."""
    first = 1 if is_epoch else 0
    return {
        "last": as_scalar(summary.last),
        "best": None if summary.best is None else as_scalar(summary.best),
        "best_at": None if summary.best_at is None else summary.best_at + first,
        "per": "epoch" if is_epoch else "step",
    }


def _last(row: RunRow, name: str) -> float | str | None:
    summary = row.step_metrics.get(name)
    return None if summary is None else as_scalar(summary.last)


def _time(value: float | None) -> float | str | None:
    return None if value is None else as_scalar(value)
