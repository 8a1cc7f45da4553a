"""How long each call of a layer takes: the model runs, on zeros, and every call is clocked."""

from __future__ import annotations

import functools
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphscope.graph import ROOT, Graph, NodeKind, ScopeKind
from graphscope.tracers.inputs import CallArguments, call_for_inference, find_arguments
from graphscope.tracers.patching import patched

ROUNDS = 3
"""Calls that are clocked after one that warms up; the median of them is told. Layers of most
models differ by more than the scatter of three."""

OPEN_SIZE = 32
"""What other open sizes than the batch are taken for: a short sentence, not a single word."""

Clock: TypeAlias = Callable[[], float]


@dataclass(slots=True, eq=False)
class TimedCall:
    """One call of a layer or Keras operation, with the calls inside it."""

    name: str
    type: str
    seconds: float = 0.0
    inside: list[TimedCall] = field(default_factory=list)


def time_calls(
    model: Any, graph: Graph, inputs: Any = None, *, batch: int = 1, rounds: int = ROUNDS
) -> dict[str, float]:
    """Return the seconds of the calls in a graph, by id, each with all that is inside it.

    The model runs for inference, uncompiled, so that its layers run one after the other. Calls
    that the run did not make, or not as the graph says, are left out.

    Args:
        model: a live Keras model or layer, built or not.
        graph: traced from it.
        inputs: see `graphscope.tracers.inputs.find_arguments`; of arrays only shape and dtype.
        batch: the number of samples, all zero.
        rounds: how often it runs after it has warmed up.
    """
    arguments = _make_zeros(find_arguments(model, inputs), batch)
    found: dict[str, list[float]] = defaultdict(list)
    with _without_gradients():
        for number in range(rounds + 1):
            call = _clock_one(model, arguments)
            if number:  # the first one warms up
                for id_, seconds in _match(graph, call):
                    found[id_].append(seconds)
    return {id_: statistics.median(seconds) for id_, seconds in found.items()}


def _make_zeros(arguments: CallArguments, batch: int) -> CallArguments:
    import keras

    def fill(value: Any) -> Any:
        return _zeros(value, batch) if isinstance(value, keras.KerasTensor) else value

    args, kwargs = keras.tree.map_structure(fill, (arguments.args, arguments.kwargs))
    return CallArguments(args=tuple(args), kwargs=dict(kwargs))


def _zeros(tensor: Any, batch: int) -> Any:
    import keras

    first, *rest = tensor.shape or (None,)
    shape = [size or OPEN_SIZE for size in rest] if tensor.shape else []
    shape = [first or batch, *shape] if tensor.shape else []
    if tensor.dtype == "string":
        import tensorflow as tf

        return tf.fill(shape, "")
    return keras.ops.zeros(shape, dtype=tensor.dtype)


def _clock_one(model: Any, arguments: CallArguments) -> TimedCall:
    clock = _Clock()
    with clock.running():
        call_for_inference(model, arguments.args, arguments.kwargs)
    return clock.roots[0]


class _Clock:
    """The calls of one thread, with their times, as a tree."""

    def __init__(self) -> None:
        self.roots: list[TimedCall] = []
        self._stack: list[TimedCall] = []
        self._thread = threading.get_ident()
        self._finish = _find_finish()

    @contextmanager
    def running(self) -> Iterator[None]:
        import keras

        with (
            patched(keras.layers.Layer, "__call__", self._wrap),
            patched(keras.Operation, "__call__", self._wrap_operation),
        ):
            yield

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def call(operation: Any, *args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != self._thread:
                return original(operation, *args, **kwargs)
            return self._time(original, operation, args, kwargs)

        return call

    def _wrap_operation(self, original: Callable[..., Any]) -> Callable[..., Any]:
        import keras

        timed = self._wrap(original)

        @functools.wraps(original)
        def call(operation: Any, *args: Any, **kwargs: Any) -> Any:
            # A layer arrives here from its own __call__, where it is clocked.
            if isinstance(operation, keras.layers.Layer):
                return original(operation, *args, **kwargs)
            return timed(operation, *args, **kwargs)

        return call

    def _time(self, original: Callable[..., Any], operation: Any, args: Any, kwargs: Any) -> Any:
        call = TimedCall(str(operation.name), type(operation).__name__)
        (self._stack[-1].inside if self._stack else self.roots).append(call)
        self._stack.append(call)
        begun = time.perf_counter()
        try:
            outputs = original(operation, *args, **kwargs)
            self._finish(outputs)
            return outputs
        finally:
            call.seconds = time.perf_counter() - begun
            self._stack.pop()


def _find_finish() -> Callable[[Any], None]:
    """Return what waits until the outputs of a call are computed."""
    import keras

    backend = keras.config.backend()
    if backend == "jax":
        import jax

        return lambda outputs: (jax.block_until_ready(outputs), None)[1]
    if backend == "torch":
        import torch

        return lambda _outputs: torch.cuda.synchronize() if torch.cuda.is_available() else None
    import tensorflow as tf

    # On the CPU an eager operation returns when it is done.
    has_accelerator = bool(tf.config.list_physical_devices("GPU"))
    return lambda _outputs: tf.experimental.sync_devices() if has_accelerator else None


def _without_gradients() -> AbstractContextManager[Any]:
    import keras

    if keras.config.backend() != "torch":
        return nullcontext()
    import torch

    context: AbstractContextManager[Any] = torch.no_grad()
    return context


def _match(graph: Graph, root: TimedCall) -> Iterator[tuple[str, float]]:
    """Yield the ids of calls in the graph with the time of the same call in the run.

    Both are trees of calls in the order of the program. Within one call the same layers are called
    in the same order; where they are not, what is below stays unknown.
    """
    inside = _calls_inside(graph)
    pending = [(ROOT, root)]
    while pending:
        id_, call = pending.pop()
        yield id_, call.seconds
        told: dict[tuple[str, str], list[str]] = defaultdict(list)
        timed: dict[tuple[str, str], list[TimedCall]] = defaultdict(list)
        for child, key in inside.get(id_, ()):
            told[key].append(child)
        for each in call.inside:
            timed[each.type, each.name].append(each)
        for key, ids in told.items():
            if len(timed[key]) == len(ids):
                pending += zip(ids, timed[key], strict=True)


def _calls_inside(graph: Graph) -> dict[str, list[tuple[str, tuple[str, str]]]]:
    """Return for each scope its calls in order: their ids, with type and name."""
    names = {layer.id: (layer.class_name, layer.name) for layer in graph.layers}
    found: dict[str, list[tuple[str, tuple[str, str]]]] = defaultdict(list)
    for scope in graph.scopes:
        if scope.parent is not None and scope.kind in (ScopeKind.LAYER, ScopeKind.OPERATION):
            found[scope.parent].append(
                (scope.id, names.get(scope.layer or "", (scope.type, scope.name)))
            )
    for node in graph.nodes:
        if node.kind is NodeKind.LAYER:
            found[node.scope].append((node.id, names.get(node.layer or "", (node.type, node.name))))
    return found
