"""Looking into the layers while a step of the program's own loop runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from graphscope.monitor.probe.collector import Collector
from graphscope.monitor.probe.hooks import collecting
from graphscope.monitor.probe.layers import Watched, watch_layers
from graphscope.monitor.probe.probe import Sample, make_sample
from graphscope.runs import LayerInfo

_REPEATED = (
    "The loop's step is compiled: its gradients are not seen, and activations are those of the "
    "same batch, put through the model once more before the step."
)
_UNCHANGED = (
    "The weights of the model did not change in the loop's step: where the loop keeps them by "
    "itself, as on JAX, its layers cannot be looked into."
)


class Looking:
    """Samples the steps of a loop: from inside where they run eagerly, else from a pass before.

    Nothing is changed by it: a pass of ours reads and writes variables in a scope of its own.

    Args:
        model: that is trained.
        histograms: whether samples have histograms.
        tell: told what cannot be had.
    """

    def __init__(self, model: Any, *, histograms: bool, tell: Callable[[str], None]) -> None:
        import keras

        self._watched: Watched = watch_layers(model)
        self._histograms, self._tell = histograms, tell
        # What JAX differentiates are tracers, which a hook cannot take out of the program's hands.
        self._repeats = keras.backend.backend() == "jax"
        self.sample: Sample | None = None

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The layers that are watched."""
        return tuple(self._watched.infos)

    @contextmanager
    def step(self, x: Any, y: Any) -> Iterator[None]:
        """Sample the step that runs in the block; `sample` is what it showed, or None."""
        self.sample = None
        collector = Collector(self._watched, is_full=True, histograms=self._histograms)
        weights = list(self._watched.model.trainable_variables)
        before = [_copied(each) for each in weights] if self._repeats else []
        if self._repeats and x is not None:
            self._tell(_REPEATED)
            self._pass(collector, x)
        with ExitStack() as stack:
            if not self._repeats:
                stack.enter_context(collecting(collector))
            yield
        self._take(collector, x, y, list(zip(weights, before, strict=False)))

    def _pass(self, collector: Collector, x: Any) -> None:
        """Put a batch through the model, as it is, without a trace in it."""
        import keras

        model = self._watched.model
        with keras.StatelessScope(), collecting(collector):
            model(keras.tree.map_structure(keras.ops.convert_to_tensor, x), training=True)

    def _take(self, collector: Collector, x: Any, y: Any, before: list[Any]) -> None:
        if before:
            after = [_copied(weight) for weight, _ in before]
            olds = [old for _, old in before]
            if all(np.array_equal(*pair) for pair in zip(olds, after, strict=True)):
                self._tell(_UNCHANGED)
                return
            pairs = [(weight, None) for weight, _ in before]
            tensors = [[_tensor(each) for each in values] for values in (olds, after)]
            collector.take_update(pairs, *tensors)
            for key, _ in list(collector.values):  # Whether any arrived is not known.
                collector.values.pop((key, "has_gradient"), None)
        collector.take_data(_tensors(x), _tensors(y))
        if any(name.startswith("activation_") for _, name in collector.values):
            self.sample = make_sample(collector)
        elif not self._repeats:
            self._repeats = True


def _copied(variable: Any) -> Any:
    import keras

    return np.array(keras.ops.convert_to_numpy(variable.value))


def _tensor(array: Any) -> Any:
    import keras

    return keras.ops.convert_to_tensor(array)


def _tensors(batch: Any) -> Any:
    import keras

    if batch is None:
        return None
    return keras.tree.map_structure(
        lambda each: _tensor(each) if hasattr(each, "dtype") else each, batch
    )
