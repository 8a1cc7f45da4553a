"""Which phase of a train step is running: seen at the functions that begin one.

A phase is a call like that of a layer, so that the operations it creates get their place in the
same way. A step may go through the phases several times: a GAN trains two models one after the
other. Each time is a round.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from graphscope.analysis.phases import FORWARD, GRADIENT, LOSS, METRICS, PHASES, UPDATE
from graphscope.tracers.patching import patched
from graphscope.tracers.recorder import Call, Recorder, active_recorder
from graphscope.tracers.steps.parts import Part


@dataclass(frozen=True)
class GradientCall:
    """A request for gradients: what of, for what, and what came out (None: there is none)."""

    targets: list[Any]
    sources: list[Any]
    results: list[Any]


class Phases:
    """The phases of one step, as calls inside the call of the step.

    Args:
        recorder: records the calls of this thread.
        graph: the graph that is traced.

    Attributes:
        step: the call of the whole step; what is directly in it belongs to no phase yet.
        gradients: the requests for gradients, in order.
        round: number of the round that is running.
    """

    def __init__(self, recorder: Recorder, graph: Any) -> None:
        self._recorder = recorder
        self._graph = graph
        self._calls: dict[tuple[int, str], Call] = {}
        self.step: Call | None = None
        self.gradients: list[GradientCall] = []
        self.round = 0

    def call(self, name: str, number: int | None = None) -> Call:
        """Return the call that stands for a phase of a round, the running one by default."""
        key = (self.round if number is None else number, name)
        if key not in self._calls:
            assert self.step is not None, "phases begin inside the step"
            call = Call(Part(name), self.step, self._graph, [], is_layer=False)
            self._calls[key] = call
            self.step.children.append(call)
        return self._calls[key]

    def items(self) -> list[tuple[int, Call]]:
        """Return the number of the round and the call of each phase, in the order of the step."""
        keys = sorted(self._calls, key=lambda key: (key[0], PHASES.index(key[1])))
        return [(key[0], self._calls[key]) for key in keys]

    def is_outside_layers(self) -> bool:
        """Whether the step itself or a phase is running, and no call of a layer inside it."""
        current = self._recorder.current
        return current is self.step or current in self._calls.values()

    @contextmanager
    def watching(self, model: Any, optimizers: list[Any], metrics: list[Any]) -> Iterator[None]:
        """Notice inside the block when a phase begins and ends."""
        points = [
            (keras.Layer, "__call__", self._enter_forward),
            (tf.GradientTape, "gradient", self._enter_gradient),
            *((type(model), name, self._enter_loss) for name in ("compute_loss", "_compute_loss")),
            (keras.Loss, "__call__", self._enter_loss),
            (type(model), "compute_metrics", self._enter_metrics),
            *(
                (kind, name, self._enter_metrics)
                for kind in dict.fromkeys([keras.metrics.Mean, *map(type, metrics)])
                for name in ("update_state", "result")
            ),
            *(
                (kind, name, self._enter_update)
                for kind in dict.fromkeys([keras.Optimizer, *map(type, optimizers)])
                for name in ("apply", "apply_gradients")
            ),
        ]
        with ExitStack() as stack:
            for owner, name, wrapper in points:
                stack.enter_context(patched(owner, name, wrapper))
            yield

    # Bound once, because patches that share a wrapper are installed once.
    @functools.cached_property
    def _enter_forward(self) -> Callable[..., Any]:
        return self._entering(FORWARD, only_from_step=True)

    @functools.cached_property
    def _enter_loss(self) -> Callable[..., Any]:
        return self._entering(LOSS)

    @functools.cached_property
    def _enter_metrics(self) -> Callable[..., Any]:
        return self._entering(METRICS)

    @functools.cached_property
    def _enter_update(self) -> Callable[..., Any]:
        return self._entering(UPDATE)

    @functools.cached_property
    def _enter_gradient(self) -> Callable[..., Any]:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def gradient(tape: Any, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
                if not self._is_mine():
                    return original(tape, target, sources, *args, **kwargs)
                # A gradient that is differentiated again is a part of the loss.
                inner = _is_recorded() and not tape._recording
                with nullcontext() if inner else self._enter(GRADIENT):
                    results = original(tape, target, sources, *args, **kwargs)
                if not inner:
                    flat = [tf.nest.flatten(each) for each in (target, sources, results)]
                    self.gradients.append(GradientCall(*flat))
                return results

            return gradient

        return wrap

    def _entering(self, name: str, *, only_from_step: bool = False) -> Callable[..., Any]:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def enter(*args: Any, **kwargs: Any) -> Any:
                if not self._is_mine():
                    return original(*args, **kwargs)
                if only_from_step and self._recorder.current is not self.step:
                    return original(*args, **kwargs)
                with self._enter(name):
                    return original(*args, **kwargs)

            return enter

        return wrap

    def _is_mine(self) -> bool:
        return active_recorder() is self._recorder and self.is_outside_layers()

    @contextmanager
    def _enter(self, name: str) -> Iterator[None]:
        if name == FORWARD and any(
            (self.round, done) in self._calls for done in (GRADIENT, UPDATE)
        ):
            self.round += 1
        with self._recorder.inside(self.call(name)):
            yield


def _is_recorded() -> bool:
    from tensorflow.python.eager import record

    return bool(record.could_possibly_record())
