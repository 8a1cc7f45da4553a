"""Training cut short in a trial, and what can be learned from how it ended.

`fit` and `evaluate` are given fewer steps; `predict` is left alone, as programs compare its result
with all their targets. A loop over a `tf.data.Dataset` in the user's code ends after two batches
once it is seen to train. Other loops cannot be cut: the time limit ends them.
"""

from __future__ import annotations

import functools
import inspect
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from graphscope.doctor.fixes.verify.trial import Mode

EPOCHS = 2
BATCHES = 2
"""Of a loop in the user's code: a fault may need a second step to show."""


@dataclass(slots=True)
class Training:
    """How far a trial trains, and what was seen of it.

    Attributes:
        mode: how far.
        folder: where the user's code lies.
        is_cut: whether the program would have trained for longer.
        is_nan: whether some loss was not a number when its `fit` ended.
        acts: how often weights were about to be changed outside of `fit`.
        loops: places of loops that train.
    """

    mode: Mode
    folder: str
    is_cut: bool = False
    is_nan: bool = False
    acts: int = 0
    loops: set[tuple[CodeType, int]] = field(default_factory=set)


def cut_keras(training: Training) -> None:
    """Patch Keras, which has been imported, for the rest of this process."""
    import keras

    model: Any = keras.Model
    model.fit = _cutting_fit(training, model.fit)
    model.evaluate = _cutting_evaluate(training, model.evaluate)
    model.train_on_batch = _counting(training, model.train_on_batch)
    if training.mode == "cut" and keras.backend.backend() == "tensorflow":
        _cut_loops(training)


def _cutting_fit(training: Training, original: Any) -> Any:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError:
            return original(self, *args, **kwargs)  # Python says what is wrong.
        fewer = _fewer_steps(training.mode, bound)
        training.is_cut |= bool(fewer)
        bound.arguments.update(fewer)
        history = original(*bound.args, **bound.kwargs)
        training.is_nan |= _has_nan(history)
        return history

    return fit


def _fewer_steps(mode: Mode, bound: inspect.BoundArguments) -> Mapping[str, Any]:
    """Return the arguments of `fit` to replace."""
    if mode == "unchanged":
        return {}
    given = bound.arguments
    first = given.get("initial_epoch", 0)
    epochs = given.get("epochs", 1)
    if not isinstance(first, int) or not isinstance(epochs, int):
        return {}  # Wrong arguments are for Keras to refuse.
    if mode == "whole epoch":
        return {"epochs": min(epochs, first + 1)}
    fewer: dict[str, Any] = {"epochs": min(epochs, first + EPOCHS), "steps_per_epoch": 1}
    if given.get("validation_data") is not None or given.get("validation_split"):
        fewer["validation_steps"] = 1
    return fewer


def _has_nan(history: Any) -> bool:
    logs = getattr(history, "history", None)
    if not isinstance(logs, Mapping):
        return False
    numbers = (values[-1] for name, values in logs.items() if "loss" in str(name) and values)
    return any(isinstance(n, float | int) and not math.isfinite(n) for n in numbers)


def _cutting_evaluate(training: Training, original: Any) -> Any:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def evaluate(self: Any, *args: Any, **kwargs: Any) -> Any:
        # Within fit, fit has cut it already.
        if training.mode != "cut" or "_use_cached_eval_dataset" in kwargs:
            return original(self, *args, **kwargs)
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError:
            return original(self, *args, **kwargs)
        bound.arguments["steps"] = 1
        return original(*bound.args, **bound.kwargs)

    return evaluate


def _counting(training: Training, original: Any) -> Any:
    @functools.wraps(original)
    def counted(*args: Any, **kwargs: Any) -> Any:
        training.acts += 1
        return original(*args, **kwargs)

    return counted


def _cut_loops(training: Training) -> None:
    import tensorflow as tf

    tape: Any = tf.GradientTape
    tape.gradient = _counting(training, tape.gradient)
    dataset: Any = tf.data.Dataset
    iterate = dataset.__iter__

    @functools.wraps(iterate)
    def __iter__(self: Any) -> Any:  # noqa: N807
        batches = iterate(self)
        frame = sys._getframe(1)
        if not tf.executing_eagerly() or not frame.f_code.co_filename.startswith(training.folder):
            return batches
        return _Loop(batches, training, frame)

    dataset.__iter__ = __iter__


class _Loop(Iterator[Any]):
    """Batches that end early in a loop that trains; otherwise all of them."""

    def __init__(self, batches: Any, training: Training, frame: FrameType) -> None:
        self._batches = batches
        self._training = training
        self._place = (frame.f_code, frame.f_lasti)
        self._given = 0
        self._acts = training.acts

    def __next__(self) -> Any:
        training = self._training
        if training.acts > self._acts:
            training.loops.add(self._place)
        if self._given >= BATCHES and self._place in training.loops:
            self._training.is_cut = True
            raise StopIteration
        batch = next(self._batches)
        self._given += 1
        return batch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batches, name)
