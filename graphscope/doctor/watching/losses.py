"""Remembers what each loss and each metric was given."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from graphscope.doctor.records import LossRecord, Spec
from graphscope.doctor.watching.snapshots import spec_of, tensors_in
from graphscope.doctor.watching.watcher import Watcher
from graphscope.tracers.patching import Wrapper, patched

SAME_CALLS = 2
"""How many calls of one loss with the same shapes are kept within one boundary."""


@contextmanager
def hooks(watcher: Watcher) -> Iterator[None]:
    """Watch losses and metrics inside the block."""
    import keras
    from keras.src.trainers.compile_utils import CompileLoss, CompileMetrics, MetricsList

    losses = Losses(watcher)
    with (
        patched(CompileLoss, "__call__", losses.watch_compiled),
        patched(keras.Loss, "__call__", losses.watch_loss),
        patched(MetricsList, "update_state", losses.watch_metrics),
        patched(CompileMetrics, "build", losses.watch_metrics_build),
    ):
        yield


class Losses:
    """The hooks of losses and metrics."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._counts: Counter[tuple[Any, ...]] = Counter()
        self.watch_compiled: Wrapper = self._wrap_compiled
        self.watch_loss: Wrapper = self._wrap_loss
        self.watch_metrics: Wrapper = self._wrap_metrics
        self.watch_metrics_build: Wrapper = self._wrap_metrics_build

    def _wrap_compiled(self, original: Callable[..., Any]) -> Callable[..., Any]:
        state = self._watcher.state

        @functools.wraps(original)
        def watched_compiled(losses: Any, /, y_true: Any, y_pred: Any, *rest: Any) -> Any:
            outer = state.compile_loss, state.loss_index
            state.compile_loss, state.loss_index = losses, 0
            try:
                return original(losses, y_true, y_pred, *rest)
            except Exception as error:
                if not self._has_error(error):
                    self._add("loss", losses._user_loss, "loss", None, (y_true, y_pred), error)
                raise
            finally:
                state.compile_loss, state.loss_index = outer

        return watched_compiled

    def _wrap_loss(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_loss(loss: Any, /, y_true: Any, y_pred: Any, *rest: Any, **more: Any) -> Any:
            given = (y_true, y_pred)
            function, name, output = getattr(loss, "fn", loss), loss.name, self._next_output()
            try:
                value = original(loss, y_true, y_pred, *rest, **more)
            except Exception as error:
                self._add("loss", function, name, output, given, error)
                raise
            self._add("loss", function, name, output, given, None)
            return value

        return watched_loss

    def _next_output(self) -> str | None:
        state = self._watcher.state
        losses = getattr(state.compile_loss, "_flat_losses", None) or []
        index = state.loss_index
        state.loss_index += 1
        return losses[index].name if len(losses) > 1 and index < len(losses) else None

    def _wrap_metrics(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_metrics(
            metrics: Any, /, y_true: Any, y_pred: Any, *rest: Any, **more: Any
        ) -> Any:
            given = (y_true, y_pred)
            try:
                value = original(metrics, y_true, y_pred, *rest, **more)
            except Exception as error:
                metric = _failing_metric(error, metrics)
                self._add(
                    "metric", _function(metric), metric.name, metrics.output_name, given, error
                )
                raise
            for metric in metrics.metrics:
                self._add(
                    "metric", _function(metric), metric.name, metrics.output_name, given, None
                )
            return value

        return watched_metrics

    def _wrap_metrics_build(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_build(metrics: Any, /, y_true: Any, y_pred: Any) -> Any:
            try:
                return original(metrics, y_true, y_pred)
            except Exception as error:
                self._add("metric", metrics._user_metrics, "metrics", None, (y_true, y_pred), error)
                raise

        return watched_build

    def _has_error(self, error: BaseException) -> bool:
        losses = self._watcher.recording.losses
        return bool(losses) and losses[-1].error is error

    def _add(
        self,
        role: Literal["loss", "metric"],
        function: Any,
        name: str,
        output: str | None,
        given: tuple[Any, Any],
        error: BaseException | None,
    ) -> None:
        target, prediction = (_only_spec(each) for each in given)
        state = self._watcher.state
        boundary = state.boundary
        key = (id(boundary), id(function), output, target, prediction)
        self._counts[key] += 1
        if error is None and self._counts[key] > SAME_CALLS:
            return
        site = state.camera.capture(sys._getframe(2))
        record = LossRecord(role, function, name, output, target, prediction, error, site)
        self._watcher.recording.losses.append(record)
        if boundary is not None:
            boundary.losses.append(record)


def _only_spec(value: Any) -> Spec | None:
    tensors = list(tensors_in(value))
    return spec_of(tensors[0]) if len(tensors) == 1 else None


def _function(metric: Any) -> Any:
    return getattr(metric, "_fn", metric)


def _failing_metric(error: BaseException, metrics: Any) -> Any:
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_code.co_qualname == "MetricsList.update_state":
            return frame.f_locals["m"]
        traceback = traceback.tb_next
    return metrics
