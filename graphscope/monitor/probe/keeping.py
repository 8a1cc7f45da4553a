"""Keeping what a suspicious step began with, without a cost for those that are not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

from graphscope.monitor.origin.moments import Moment


class Keeper(Protocol):
    """Keeps what a step began with.

    Attributes:
        tensors: to be returned by the step, and to be given back to `moment`.
    """

    tensors: list[Any] | None

    def look(self, suspicion: Any) -> None:
        """Take up what is at hand before an optimizer's step, if there is suspicion."""
        ...

    def moment(self, tensors: Sequence[Any] | None) -> Moment | None:
        """Return what was kept; None when nothing was."""
        ...


def make_keeper(model: Any, data: Any, keys: dict[int, str]) -> Keeper | None:
    """Return what keeps a step's start while the step is traced or run; None where it cannot.

    On JAX the state before a step is a value that is at hand. XLA's tensors have fixed sizes, so
    that a step on TensorFlow that it compiles cannot return them in one case alone; nor are the
    batches of several replicas one.

    Args:
        model: that is trained.
        data: the batch of the step.
        keys: of layers, by `id`.
    """
    import keras

    backend = keras.backend.backend()
    if backend == "torch":
        return _Copied(model, data, keys)
    if backend != "tensorflow" or model.jit_compile is True:
        return None
    import tensorflow as tf

    if tf.distribute.get_strategy().num_replicas_in_sync > 1:
        return None
    return _Returned(model, data, keys)


class _Returned:
    """What a traced step returns for the case that it is suspicious, on TensorFlow.

    Tensors that are empty otherwise: a step without suspicion copies nothing.

    Args:
        model: that is trained.
        data: the batch of the step.
        keys: of layers, by `id`.
    """

    def __init__(self, model: Any, data: Any, keys: dict[int, str]) -> None:
        import keras

        self._keys, self._data = keys, data
        self._floats = [each for each in model.weights if "float" in each.dtype]
        self._seeds = [
            each
            for each in model.non_trainable_variables
            if "int" in each.dtype and tuple(each.shape) == (2,)
        ]
        self._seed_values = [_identity(each) for each in self._seeds]
        self._leaves = keras.tree.flatten(data)
        self.tensors: list[Any] | None = None

    def look(self, suspicion: Any) -> None:
        """Keep the weights as they are now, if there is suspicion."""
        import tensorflow as tf

        leaves = [each for each in self._leaves if isinstance(each, tf.Tensor)]

        def keep() -> list[Any]:
            weights = [tf.reshape(tf.cast(each.value, tf.float32), [-1]) for each in self._floats]
            flat = tf.concat(weights, 0) if weights else tf.zeros([0])
            return [flat, *map(tf.identity, leaves)]

        def leave() -> list[Any]:
            empty = [tf.zeros([0] * len(each.shape), each.dtype) for each in leaves]
            return [tf.zeros([0]), *empty]

        if self.tensors is not None:  # The first of several optimizers is nearest to the start.
            return
        kept = tf.cond(suspicion, keep, leave)
        self.tensors = [*kept, *self._seed_values]

    def moment(self, tensors: Sequence[Any] | None) -> Moment | None:
        """Return what was kept; None when there was no suspicion."""
        import keras
        import tensorflow as tf

        if not tensors:
            return None
        flat, rest = tensors[0], list(tensors[1:])
        if not int(tf.size(flat)):
            return None
        sizes = [math.prod(each.shape) for each in self._floats]
        values = [
            (each, tf.cast(tf.reshape(part, each.shape), each.dtype))
            for each, part in zip(self._floats, tf.split(flat, sizes), strict=True)
        ]
        filled = [rest.pop(0) if isinstance(each, tf.Tensor) else each for each in self._leaves]
        values += zip(self._seeds, rest, strict=True)
        data = keras.tree.pack_sequence_as(self._data, filled)
        return Moment(data, tuple(values), layers=self._keys)


def _identity(variable: Any) -> Any:
    import tensorflow as tf

    return tf.identity(variable.value)


class _Copied:
    """Copies the weights before the optimizer's step, on PyTorch, where each step is run anew."""

    def __init__(self, model: Any, data: Any, keys: dict[int, str]) -> None:
        self.tensors: list[Any] | None = None
        self._model, self._data, self._keys = model, data, keys
        self._seeds = [
            (each, each.value.clone())
            for each in model.non_trainable_variables
            if tuple(each.shape) == (2,) and "int" in each.dtype
        ]
        self._moment: Moment | None = None

    def look(self, suspicion: Any) -> None:
        """Copy the weights, if there is suspicion."""
        if self._moment is None and bool(suspicion):
            values = [(each, each.value.detach().clone()) for each in self._model.weights]
            self._moment = Moment(self._data, (*values, *self._seeds), layers=self._keys)

    def moment(self, tensors: Sequence[Any] | None) -> Moment | None:  # noqa: ARG002 - has its own
        """Return what was copied; None when there was no suspicion."""
        return self._moment
