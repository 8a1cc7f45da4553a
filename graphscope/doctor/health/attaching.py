"""Monitors for a program that has none: one for each `fit`, without editing anything."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.health.signals import (
    constant_loss,
    goes_well,
    is_long_enough,
    progress,
    score_of,
)
from graphscope.doctor.health.training import Training
from graphscope.doctor.records import Boundary
from graphscope.runs.log import read_run


@dataclass(slots=True, eq=False)
class Attached:
    """The monitors of one program.

    Attributes:
        folder: that holds their runs.
        models: that were trained, in order; the run of each is the folder of its number.
    """

    folder: Path
    models: list[Any] = field(default_factory=list)


@contextmanager
def attached(monitors: Attached) -> Iterator[None]:
    """Give every `fit` in the block a monitor; Keras has been imported."""
    import keras

    model: Any = keras.Model
    original = model.fit
    model.fit = _monitored(original, monitors)
    try:
        yield
    finally:
        model.fit = original


def _monitored(original: Callable[..., Any], monitors: Attached) -> Callable[..., Any]:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError:
            return original(self, *args, **kwargs)  # Python says what is wrong.
        with suppress(Exception):  # Unwatched, it is a training all the same.
            bound.arguments["callbacks"] = _with_monitor(
                bound.arguments.get("callbacks"), monitors.folder / str(len(monitors.models))
            )
            monitors.models.append(self)
        return original(*bound.args, **bound.kwargs)

    return fit


def _with_monitor(given: Any, folder: Path) -> Any:
    from graphscope.monitor.callback import Monitor

    # Debugging may cost what training must not: half of the time, and more in short runs.
    monitor = Monitor(folder, graph=False, histograms=False, overhead=0.5)
    if given is None:
        return [monitor]
    if isinstance(given, list | tuple):
        return [*given, monitor]
    if hasattr(given, "callbacks"):
        return given  # A CallbackList is the program's own, and is not added to.
    return [given, monitor]


def trainings_of(monitors: Attached, case: Case) -> list[Training]:
    """Return what was logged of each `fit`, with the call that it was."""
    fits = [each for each in case.recording.boundaries if each.kind == "fit"]
    found = []
    for number, model in enumerate(monitors.models):
        fit = _take(fits, model)
        folder = monitors.folder / str(number)
        if folder.is_dir():
            found.append(Training(read_run(folder, name=f"fit {number + 1}"), case, fit))
    return found


def _take(fits: list[Boundary], model: Any) -> Boundary | None:
    for index, fit in enumerate(fits):
        if fit.model is model:
            return fits.pop(index)
    return None


def outcome_of(trainings: list[Training]) -> Mapping[str, float]:
    """Return how the last training went, as far as it is known.

    `score` and `val_score` (of classes), `explained` (share of what a constant answer leaves),
    `progress` (share of its first value that the loss lost), `loss`, `val_loss`, and `well`: 1
    where it does what a training should, 0 where it was long enough and does not.
    """
    if not trainings:
        return {}
    run = trainings[-1].run
    last = {
        name: float(series.values[-1])
        for name, series in run.epochs.items()
        if name in ("loss", "val_loss") and len(series)
    }
    asked = {
        "score": score_of(run),
        "val_score": score_of(run, validation=True),
        "progress": progress(run),
        "explained": 1 - last.get("loss", math.nan) / (constant_loss(run) or math.nan),
    }
    if is_long_enough(run):
        asked["well"] = float(goes_well(run))
    known = {name: value for name, value in asked.items() if value is not None}
    if math.isnan(known["explained"]):
        del known["explained"]
    return last | known
