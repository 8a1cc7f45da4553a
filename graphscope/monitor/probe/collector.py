"""What one traced or eager step showed, as tensors of the backend, packed to leave the step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any

from graphscope.monitor.probe import numbers
from graphscope.monitor.probe.layers import Watched
from graphscope.monitor.probe.suspects import find_suspicion
from graphscope.runs.records import INPUT, LOSS, OUTPUT, TARGET

Name = tuple[str, str]
"""A layer's key, and the statistic's name."""

_COUNTS = ("nan_count", "inf_count")


def _contained(take: Callable[..., None]) -> Callable[..., None]:
    """Let nothing that goes wrong in looking at a step reach the step."""

    @wraps(take)
    def contained(self: Collector, *args: Any, **kwargs: Any) -> None:
        try:
            take(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - ours; the probe tells it
            self.error = self.error or error

    return contained


class Collector:
    """Gathers statistics while a step is traced or run.

    Args:
        watched: the model's layers.
        is_full: whether layers are looked into; otherwise only the loss is taken.
        histograms: whether histograms are made.
    """

    def __init__(self, watched: Watched, *, is_full: bool, histograms: bool) -> None:
        self.watched = watched
        self.is_full = is_full
        self.histograms = histograms
        self.values: dict[Name, list[Any]] = defaultdict(list)
        self.spreads: dict[Name, Any] = {}
        self.loss: Any = None
        self.suspicions: list[Any] = []
        """Of each optimizer's step, whether it worked with numbers that are not finite."""
        self.keeper: Any = None
        self.error: Exception | None = None
        """The first of ours that went wrong."""
        self._graph = _current_graph()
        self.is_muted = 0
        """Above 0 inside a loop's body, whose tensors cannot leave it."""

    @_contained
    def take_loss(self, loss: Any, *, is_sure: bool) -> None:
        """Take the step's loss; what Keras computed as such counts before what was derived."""
        if (is_sure or self.loss is None) and not self.is_elsewhere():
            self.loss = loss

    @_contained
    def take_gradients(self, gradients: list[Any], *, is_scaled: bool) -> None:
        """Look whether an optimizer's step, which is to come, has finite numbers to work with."""
        if self.is_elsewhere():
            return
        suspicion = find_suspicion(self.loss, gradients, is_scaled=is_scaled)
        if suspicion is not None:
            self.suspicions.append(suspicion)
            if self.keeper is not None:
                self.keeper.look(suspicion)

    @_contained
    def take_data(self, x: Any, y: Any) -> None:
        """Look at a batch."""
        if self.is_full and not self.is_elsewhere():
            self._take_tensors(INPUT, x)
            self._take_tensors(TARGET, y)

    @_contained
    def take_call(self, layer: Any, outputs: Any) -> None:
        """Look at what a layer returned."""
        key = self.watched.keys.get(id(layer))
        if key is None or self.is_muted or not self.is_full or self.is_elsewhere():
            return
        tensors = [each for each in _tensors(outputs) if _is_real(each)]
        if not tensors:
            return
        activation = self.watched.activation_of(layer)
        self._add(key, numbers.of_activation(_stopped(tensors[0]), activation))
        if self.histograms and layer is not self.watched.model:
            rows = numbers.first_rows(_stopped(tensors[0]))
            self.spreads[key, "activation"] = numbers.spread(rows)
        if layer is self.watched.model:
            self._take_outputs(outputs)

    def _take_outputs(self, outputs: Any) -> None:
        names = self._take_tensors(OUTPUT, outputs)
        for name, tensor in names:
            self._add(name, numbers.of_choice(_stopped(tensor)))

    def _take_tensors(self, label: str, structure: Any) -> list[tuple[str, Any]]:
        named = _named(label, structure)
        for name, tensor in named:
            self._add(name, numbers.of_tensor(_stopped(tensor)))
        return named

    @_contained
    def take_penalty(self, penalty: Any) -> None:
        """Take the part of the loss that regularisers and `add_loss` make."""
        if not self.is_elsewhere():
            self._add(LOSS, {"penalty": penalty})

    @_contained
    def take_update(
        self, pairs: list[tuple[Any, Any]], before: list[Any], after: list[Any], scale: Any = None
    ) -> None:
        """Look at an optimizer's step.

        Args:
            pairs: weights with their gradients, None where none arrived.
            before, after: the weights' values around the step.
            scale: that the loss was multiplied by, for narrow floats.
        """
        if not self.is_full or self.is_elsewhere():
            return
        grouped: dict[str, list[tuple[Any, Any, Any]]] = defaultdict(list)
        for (weight, gradient), old, new in zip(pairs, before, after, strict=True):
            key = self.watched.owner_of(weight)
            if key is not None:
                grouped[key].append((gradient, old, new))
        for key, parts in grouped.items():
            gradients = [_dense(gradient) for gradient, _, _ in parts if gradient is not None]
            if scale is not None:
                gradients = [gradient / scale for gradient in gradients]
            self._add(key, numbers.of_gradients(gradients))
            olds, news = [old for _, old, _ in parts], [new for _, _, new in parts]
            self._add(key, numbers.of_update(olds, news))
            if self.histograms:
                largest = max(range(len(olds)), key=lambda i: len(olds[i].shape))
                self.spreads[key, "weight"] = numbers.spread(olds[largest])
                if gradients:
                    biggest = max(gradients, key=lambda each: len(each.shape))
                    self.spreads[key, "gradient"] = numbers.spread(biggest)

    def _add(self, key: str, found: numbers.Numbers) -> None:
        for name, value in found.items():
            self.values[key, name].append(value)

    def is_elsewhere(self) -> bool:
        """Whether what happens now is no part of the step: a layer is tried out to be built.

        Tensors of such a trial, or of the body of a loop or condition, cannot leave it.
        """
        from keras.src.backend.common.symbolic_scope import in_symbolic_scope

        return bool(in_symbolic_scope()) or _current_graph() is not self._graph

    def merge(self, values: dict[Name, list[Any]], spreads: dict[Name, Any]) -> None:
        """Take up what was collected in a part of the step that had to be left as a value."""
        for name, each in values.items():
            self.values[name].extend(each)
        self.spreads.update(spreads)

    def combined(self) -> dict[Name, Any]:
        """Return one number for each statistic, also of layers that were called several times."""
        return {name: _combine(name[1], each) for name, each in self.values.items()}


def _current_graph() -> Any:
    """Return the graph that TensorFlow traces into; None on other backends."""
    import keras

    if keras.backend.backend() != "tensorflow":
        return None
    import tensorflow as tf

    return tf.compat.v1.get_default_graph() if not tf.executing_eagerly() else None


def _combine(name: str, values: list[Any]) -> Any:
    from keras import ops

    if len(values) == 1:
        return values[0]
    stacked = ops.stack(values)
    if name.endswith("_min") or name == "min":
        return ops.min(stacked)
    if name.endswith("_max") or name in ("max", "has_gradient"):
        return ops.max(stacked)
    if name.endswith(_COUNTS) or name == "penalty":
        return ops.sum(stacked)
    return ops.mean(stacked)


def _tensors(structure: Any) -> list[Any]:
    import keras

    return [each for each in keras.tree.flatten(structure) if hasattr(each, "shape")]


def _is_real(tensor: Any) -> bool:
    """Whether a tensor holds floats that exist: no symbol, no mask, no token."""
    import keras

    if isinstance(tensor, keras.KerasTensor):
        return False
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return "float" in dtype and not type(tensor).__name__.startswith(("Ragged", "Sparse"))


def _is_number(tensor: Any) -> bool:
    import keras

    if isinstance(tensor, keras.KerasTensor) or not hasattr(tensor, "dtype"):
        return False
    if type(tensor).__name__.startswith(("Ragged", "Sparse")):
        return False
    return bool(keras.backend.standardize_dtype(tensor.dtype) != "string")


def _named(label: str, structure: Any) -> list[tuple[str, Any]]:
    """Return the numeric tensors of a structure: `@input` for one, `@input/key` for several."""
    import keras

    flat = keras.tree.flatten_with_path(structure) if structure is not None else []
    found = [(path, each) for path, each in flat if _is_number(each)]
    if len(found) == 1:
        return [(label, found[0][1])]
    return [(f"{label}/{'/'.join(map(str, path))}", each) for path, each in found]


def _stopped(tensor: Any) -> Any:
    from keras import ops

    return ops.stop_gradient(tensor)


def _dense(gradient: Any) -> Any:
    """Return a gradient as a tensor; of an embedding's sparse gradient the rows that it has."""
    return gradient.values if type(gradient).__name__ == "IndexedSlices" else gradient
