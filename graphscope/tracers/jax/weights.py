"""Weights without values: no variable is read or allocated while a model is traced."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import keras

from graphscope.tracers.jax.primitives import ASSIGNED, note, weight
from graphscope.tracers.patching import patched

_reading = threading.local()


class TracedWeights:
    """The variables that a program reads, each as a result of the `weight` primitive.

    Every read makes one anew, so that a variable may also be read first, or only, in the body of a
    loop. What a model assigns stays inside the stateless scope.

    Attributes:
        variables: the variables in the order of their first read.
    """

    def __init__(self) -> None:
        self.variables: list[Any] = []
        self._indices: dict[int, int] = {}

    def read(self, variable: Any) -> Any:
        """Return the traced value of a variable."""
        index = self._indices.setdefault(id(variable), len(self.variables))
        if index == len(self.variables):
            self.variables.append(variable)
        dtype = jnp.dtype(keras.backend.standardize_dtype(variable.dtype))
        return weight.bind(shape=tuple(variable.shape), dtype=dtype, index=index)

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """Let every variable that this thread reads inside the block read as a traced value."""
        # The method of the class: Keras opens stateless scopes of its own inside of ours.
        with (
            patched(keras.StatelessScope, "get_current_value", _read_traced),
            patched(keras.StatelessScope, "add_update", _note_update),
        ):
            previous = getattr(_reading, "weights", None)
            _reading.weights = self
            try:
                with keras.StatelessScope(initialize_variables=False):
                    yield
            finally:
                _reading.weights = previous


def _read_traced(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def get_current_value(self: Any, variable: Any) -> Any:
        value = original(self, variable)
        weights: TracedWeights | None = getattr(_reading, "weights", None)
        return weights.read(variable) if value is None and weights is not None else value

    return get_current_value


def _note_update(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def add_update(self: Any, update: Any) -> Any:
        value = update[1]
        if getattr(_reading, "weights", None) is not None and isinstance(value, jax.core.Tracer):
            # Whoever reads the variable from now on gets this value past all calls.
            note.bind(value, call=ASSIGNED, returned=False, masks=0)
        return original(self, update)

    return add_update
