"""Monitors for a program that has none: one for each training, without editing anything."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.health.loops import Loops, Trained, loops_watched
from graphscope.doctor.health.training import Training
from graphscope.doctor.records import Boundary
from graphscope.runs.log import read_run


@dataclass(slots=True, eq=False)
class Attached:
    """The monitors of one program.

    Attributes:
        folder: that holds their runs.
        models: that `fit` trained, in order; the run of each is the folder of its number.
        notes: what could not be watched.
        loops: trainings without `fit`.
    """

    folder: Path
    models: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    loops: Loops = field(init=False)

    def __post_init__(self) -> None:
        self.loops = Loops(self.folder, self.tell)

    def tell(self, note: str) -> None:
        """Take down once what could not be watched."""
        if note not in self.notes:
            self.notes.append(note)


@contextmanager
def attached(monitors: Attached) -> Iterator[None]:
    """Give every training in the block a monitor; Keras has been imported."""
    import keras

    model: Any = keras.Model
    original = model.fit
    model.fit = _monitored(original, monitors)
    try:
        with loops_watched(monitors.loops):
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
        taken_back = _give_monitor(self, bound, monitors)
        try:
            with monitors.loops.inside():
                return original(*bound.args, **bound.kwargs)
        finally:
            taken_back()

    return fit


def _give_monitor(
    model: Any, bound: inspect.BoundArguments, monitors: Attached
) -> Callable[[], None]:
    """Put a monitor among the callbacks of a `fit`; return what takes it out of the program's own.

    Whatever goes wrong leaves the training unwatched, and a note.
    """
    try:
        from graphscope.monitor.callback import Monitor

        # Debugging may cost what training must not: half of the time, and more in short runs.
        folder = monitors.folder / str(len(monitors.models))
        monitor = Monitor(folder, graph=False, histograms=False, overhead=0.5)
        given: Any = bound.arguments.get("callbacks")
        monitors.models.append(model)
        if hasattr(given, "callbacks"):  # A CallbackList, which fit takes as it is.
            monitor.set_params(given.params or {})
            monitor.set_model(model)
            given.callbacks.append(monitor)
            return lambda: given.callbacks.remove(monitor)
        listed = [] if given is None else given if isinstance(given, list | tuple) else [given]
        bound.arguments["callbacks"] = [*listed, monitor]
    except Exception as error:  # noqa: BLE001 - ours; the training goes on without
        text = " ".join(str(error).split())[:200]
        monitors.tell(f"A training could not be watched ({type(error).__name__}: {text}).")
    return lambda: None


def trainings_of(monitors: Attached, case: Case) -> list[Training]:
    """Return what was logged of each training, with the call that it was.

    Loops that take turns, as those of adversaries, say little one by one, and are left out.
    """
    fits = [each for each in case.recording.boundaries if each.kind == "fit"]
    found = []
    for number, model in enumerate(monitors.models):
        fit = _take(fits, model)
        folder = monitors.folder / str(number)
        if folder.is_dir():
            found.append(Training(read_run(folder, name=f"fit {number + 1}"), case, fit))
    loops = list(monitors.loops.found.values())
    if len(loops) > 1:
        monitors.tell(f"{len(loops)} training loops take turns; how each goes was not examined.")
        return found
    for loop in loops:
        if isinstance(loop.fit.model, Trained):
            loop.fit.model.find_model(_models(case))
        if loop.folder.is_dir():
            found.append(Training(read_run(loop.folder, name="loop"), case, loop.fit))
    return found


def _take(fits: list[Boundary], model: Any) -> Boundary | None:
    for index, fit in enumerate(fits):
        if fit.model is model:
            return fits.pop(index)
    return None


def _models(case: Case) -> list[Any]:
    import keras

    made = (each.instance for each in case.recording.creations)
    return [each for each in made if isinstance(each, keras.Model)]
