"""What watching a training consists of, whoever says what happens in it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import keras

from graphscope.monitor.describe import find_rank
from graphscope.monitor.fitting import Fitting
from graphscope.monitor.locating import locate_nonfinite
from graphscope.monitor.pace import Pace
from graphscope.monitor.places import find_free_folder
from graphscope.monitor.probe import Probe, Sample
from graphscope.monitor.rates import LearningRates
from graphscope.monitor.readings import as_number, split_numbers
from graphscope.monitor.recording import Recording, ending_of
from graphscope.monitor.warning import Warner
from graphscope.runs import LayerInfo
from graphscope.runs.folders import as_folder
from graphscope.runs.records import Status


def harmless(handle: Callable[..., None]) -> Callable[..., None]:
    """Let nothing that goes wrong in the monitor reach the training."""

    @wraps(handle)
    def contained(self: Core, *args: Any, **kwargs: Any) -> None:
        try:
            handle(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - told as a warning; the training goes on
            text = " ".join(str(error).split())[:300]
            kind = f"{handle.__name__} {type(error).__name__}"
            self.warn(f"The training cannot be watched ({type(error).__name__}: {text}).", kind)

    return contained


class Core(keras.callbacks.Callback):  # type: ignore[misc]
    """The parts of a monitor; see `Monitor` for the arguments.

    Attributes:
        run_path: folder of the run; another than was asked for when that holds an earlier training.
        warn: tells once of what cannot be logged.
    """

    def __init__(
        self,
        directory: str | Path,
        *,
        stop_on_nonfinite: bool = False,
        graph: bool = True,
        tensorboard: str | Path | None = None,
    ) -> None:
        super().__init__()
        self.run_path = as_folder(directory)
        self.warn = Warner()
        self._asked = self.run_path
        self._with_graph = graph
        self._tensorboard = Path(tensorboard) if tensorboard is not None else None
        self._stops = stop_on_nonfinite
        self._recording: Recording | None = None
        self._probe: Probe | None = None
        self._rates: LearningRates | None = None
        self._pace = Pace()
        self._last_step = 0
        self._has_begun = False
        self._is_nonfinite = False

    @property
    def _trained(self) -> Any:
        """The model, without having JAX put its weights back into it as `self.model` does."""
        return getattr(self._model, "module", self._model)

    def _open(self, fitting: Fitting | None = None, *, is_loop: bool = False) -> None:
        """Begin a log."""
        model, rank = self._trained, find_rank()
        iterations = _iterations(model)
        if not self._has_begun and not iterations:  # Else it is the same training that goes on.
            self.run_path = find_free_folder(self._asked, rank)
        self._has_begun = True
        self._is_nonfinite = False
        step = max(self._last_step, iterations)
        recording = Recording(
            self.run_path,
            rank=rank,
            step=step,
            warn=self.warn,
            is_loop=is_loop,
            tensorboard=self._event_folder(),
        )
        self._recording = recording
        self._rates = LearningRates(model) if model is not None else None
        layers = self._watched_layers()
        recording.start(
            model,
            self.params or {},
            fitting or Fitting(),
            layers,
            with_graph=self._with_graph and model is not None,
        )
        if self.run_path != self._asked:
            text = f"{self._asked} holds an earlier training; this one is in {self.run_path}."
            recording.event("warning", text)
        self._pace = Pace()

    def _watched_layers(self) -> tuple[LayerInfo, ...]:
        return self._probe.layers if self._probe is not None else ()

    def _event_folder(self) -> Path | None:
        """Return the folder for event files; where the run's has a number, it has the same."""
        folder = self._tensorboard
        if folder is None:
            return None
        return folder.with_name(folder.name + self.run_path.name.removeprefix(self._asked.name))

    def _numbers(self, logs: Mapping[str, Any] | None) -> dict[str, float]:
        """Return the numbers among some logs; what is none is told once."""
        found, others = split_numbers(logs)
        for name in others:
            self._note(f"{name!r} is not logged: it is no single number.")
        return found

    def _note(self, text: str) -> None:
        if self._recording is not None:
            self._recording.note(text)

    def _look_for_nonfinite(self, sample: Sample | None, loss: float | None) -> None:
        if self._is_nonfinite or self._recording is None:
            return
        is_suspicious = self._probe is not None and self._probe.is_suspicious
        if sample is None and not is_suspicious and (loss is None or math.isfinite(loss)):
            return
        recording = self._recording
        event = locate_nonfinite(
            self._probe, sample, loss, recording.layers, recording.step, time.time()
        )
        if event is None:
            return
        self._is_nonfinite = True
        recording.write(event)
        if self._stops:
            self._trained.stop_training = True
            recording.event(
                "warning", "Training is stopped at the first number that is not finite."
            )

    @harmless
    def _failed(self, error: BaseException) -> None:
        self._end(*ending_of(error))

    @harmless
    def _end(self, status: Status, text: str = "") -> None:
        if self._recording is not None:
            self._last_step = self._recording.step
            self._recording.end(status, text)
        self._recording = None

    def _close(self) -> None:
        """Close a log that adds to a training, whose end is said already."""
        if self._last_step:
            if self._recording is not None:
                self._recording.close()
            self._recording = None
        else:
            self._end("finished")


def _iterations(model: Any) -> int:
    """Return how many steps an optimizer has made; 0 where there is none."""
    iterations = getattr(getattr(model, "optimizer", None), "iterations", None)
    return int(as_number(getattr(iterations, "value", iterations)) or 0)
