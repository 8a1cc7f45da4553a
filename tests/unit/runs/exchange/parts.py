"""Runs to be exchanged, and event files made by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphscope.runs import Histogram, Run, Series

NAN, INF = math.nan, math.inf


def series(name: str, values: list[float], steps: list[int] | None = None) -> Series:
    steps = steps or list(range(1, len(values) + 1))
    return Series.of(name, [(s, v, 100.0 + s) for s, v in zip(steps, values, strict=True)])


def some_run(name: str = "exp") -> Run:
    """A run of all that event files can hold, in numbers that a float32 holds exactly."""
    return Run(
        name,
        "nowhere",
        steps={
            "loss": series("loss", [0.5, NAN, INF]),
            "time/wait": series("time/wait", [0.25, 0.25, 0.25]),
            "late": series("late", [-INF], [3]),
        },
        epochs={
            "loss": series("loss", [0.5, 0.25], [0, 1]),
            "val_loss": series("val_loss", [0.75, 1.5], [0, 1]),
        },
        statistics={
            "net/dense": {"gradient_norm": series("gradient_norm", [2.0, 4.0], [1, 3])},
            "@input": {"max": series("max", [8.0], [1])},
        },
        histograms={
            "net/dense": {
                "weight": [
                    (1, Histogram((-1.0, 0.0, 1.0), (3, 5))),
                    (3, Histogram((0.0, 0.5), (8,))),
                ]
            }
        },
    )


def numbers(run: Run) -> object:
    """Return all numbers of a run as plain values, times left out."""

    def plain(given: Any) -> object:
        return {
            name: (each.steps.tolist(), repr(each.values.tolist())) for name, each in given.items()
        }

    return (
        plain(run.steps),
        plain(run.epochs),
        {layer: plain(kinds) for layer, kinds in run.statistics.items()},
        run.histograms,
    )


def event(step: int, **value: Any) -> bytes:
    """Return an event with one value in its summary."""
    from tensorboard.compat.proto import event_pb2, summary_pb2

    summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(**value)])
    encoded: bytes = event_pb2.Event(
        step=step, wall_time=100.0 + step, summary=summary
    ).SerializeToString()
    return encoded


def tensor(values: Any) -> Any:
    from tensorboard.util import tensor_util

    return tensor_util.make_tensor_proto(np.asarray(values))
