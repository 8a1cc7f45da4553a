"""One compiled form of a model's training step, and what it returns beside Keras's logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscope.monitor.origin.moments import Moment
from graphscope.monitor.probe.collector import Collector, Name
from graphscope.monitor.probe.hooks import collecting, replaced
from graphscope.monitor.probe.keeping import make_keeper

if TYPE_CHECKING:
    from graphscope.monitor.probe.probe import Probe

KEY = "__graphscope__"
"""What a step's statistics go by among its logs, until they are taken out again."""
ROWS, SUSPICION, LOSS_AT = 0, 1, 2
"""Where what every step tells stands among its numbers."""


class Variant:
    """One compiled form of the training step, with or without statistics.

    Args:
        probe: whose it is.
        is_full: whether it has statistics.
    """

    def __init__(self, probe: Probe, *, is_full: bool) -> None:
        self.is_full = is_full
        self.names: list[Name] = []
        self.spread_names: list[Name] = []
        self.has_loss = False
        self.error: Exception | None = None
        self.calls = 0
        self.keeper: Any = None
        """Keeps what a suspicious step began with; see `keeping`."""
        self.keeps_state = False
        """Whether the state that JAX hands to the step is there after it."""
        self.function = self._make(probe)

    def _make(self, probe: Probe) -> Any:
        """Have Keras build its train function around a step that also returns statistics."""
        model = probe.model
        original = model.train_step
        had_function = model.train_function

        def train_step(*args: Any) -> Any:
            collector = Collector(probe.watched, is_full=self.is_full, histograms=probe.histograms)
            collector.keeper = self.keeper = make_keeper(model, args[-1], probe.watched.keys)
            with collecting(collector):
                result = original(*args)
            x, y, _ = _unpacked(args[-1])
            collector.take_data(x, y)
            try:
                return self._with_statistics(result, collector, x)
            except Exception as error:  # noqa: BLE001 - ours; the step itself has gone well
                self.error = self.error or error
                return result

        try:
            self.keeps_state = _is_state_cheap(model)
            with _step_of(model, train_step), _undonated() if self.keeps_state else nullcontext():
                model.make_train_function(force=True)
            function = model.train_function
        finally:
            model.train_function = had_function

        def run(*args: Any) -> Any:
            with _step_of(model, train_step):  # PyTorch's function looks it up in each step.
                return function(*args)

        return run

    def _with_statistics(self, result: Any, collector: Collector, x: Any) -> Any:
        from keras import ops

        logs = result[0] if isinstance(result, tuple) else result
        if not isinstance(logs, dict):
            return result
        self.error = collector.error
        combined = collector.combined()
        self.names, self.spread_names = list(combined), list(collector.spreads)
        self.has_loss = collector.loss is not None
        suspicions = [ops.cast(each, "float32") for each in collector.suspicions]
        values = [ops.cast(_rows(x), "float32"), sum(suspicions, ops.zeros((), "float32"))]
        values += [ops.cast(ops.mean(collector.loss), "float32")] if self.has_loss else []
        values += [ops.reshape(ops.cast(each, "float32"), ()) for each in combined.values()]
        packed = {
            "numbers": ops.stack(values),
            "spreads": (
                ops.stack(list(collector.spreads.values()))
                if collector.spreads
                else ops.zeros((0, 0), "float32")
            ),
        }
        if self.keeper is not None and self.keeper.tensors:
            packed["kept"] = tuple(self.keeper.tensors)  # TensorFlow packs lists.
        logs = {**logs, KEY: packed}
        return (logs, *result[1:]) if isinstance(result, tuple) else logs


@contextmanager
def _step_of(model: Any, train_step: Any) -> Iterator[None]:
    """Give a model another training step; not through `__setattr__`, which would track it."""
    object.__setattr__(model, "train_step", train_step)
    try:
        yield
    finally:
        object.__delattr__(model, "train_step")


def _rows(x: Any) -> Any:
    """Return the size of a batch, which may be known only when the step runs; 0 when it is not."""
    import keras

    first = next((each for each in keras.tree.flatten(x) if hasattr(each, "shape")), None)
    return keras.ops.shape(first)[0] if first is not None and len(first.shape) else 0


def _unpacked(data: Any) -> tuple[Any, Any, Any]:
    import keras

    try:
        unpacked: tuple[Any, Any, Any] = keras.utils.unpack_x_y_sample_weight(data)
    except ValueError:
        return data, None, None
    return unpacked


def _is_state_cheap(model: Any) -> bool:
    """Whether the state before a step may be kept on JAX: in main memory, with room to spare."""
    import keras

    if keras.backend.backend() != "jax":
        return False
    import jax
    import psutil

    if jax.default_backend() != "cpu":
        return False
    variables = [*model.variables, *getattr(model.optimizer, "variables", ())]
    size = sum(int(np.prod(each.shape)) * 4 for each in variables)
    return bool(size < psutil.virtual_memory().available / 8)


def is_distributed() -> bool:
    """Whether `keras.distribution` spreads the training over devices, on JAX."""
    import keras

    return keras.backend.backend() == "jax" and keras.distribution.distribution() is not None


@contextmanager
def _undonated() -> Iterator[None]:
    """Have Keras make a step that leaves the state as it is which it is given."""
    import jax
    from keras.src.backend.jax import trainer

    def make(original: Any) -> Any:
        def jit(function: Any, **options: Any) -> Any:
            return original(function, **{**options, "donate_argnums": ()})

        return jit

    owner = trainer if hasattr(trainer, "jit") else jax
    with replaced(owner, "jit", make):
        yield


class Remembering:
    """An iterator over batches that remembers the last one."""

    def __init__(self, batches: Any) -> None:
        self._batches = batches
        self.last: Any = None

    def __iter__(self) -> Remembering:
        return self

    def __next__(self) -> Any:
        self.last = next(self._batches)
        return self.last


def moment_of_state(state: Any, batches: Remembering, keys: dict[int, str]) -> Moment | None:
    """Return what a step on JAX began with."""
    return None if batches.last is None else Moment(batches.last, state=state, layers=keys)
