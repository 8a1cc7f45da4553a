"""Weights without values: no variable is read or allocated while a model is traced."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphscope.tracers.patching import patched

_abstract = threading.local()


class WeightPlaceholders(keras.StatelessScope):  # type: ignore[misc]  # untyped
    """A scope in which every variable reads as a placeholder of the traced graph.

    Placeholders are made when a variable is first read. Updates stay inside the scope. Variables
    that are created inside get no value.

    Args:
        graph: the graph that is traced; placeholders belong to it even when a variable is first
            read inside the body of a loop.
    """

    def __init__(self, graph: Any) -> None:
        super().__init__(initialize_variables=False)
        self._graph = graph
        self._placeholders: dict[int, Any] = {}
        self.variables: dict[str, Any] = {}
        """Variables by the name of their placeholder operation."""

    def get_current_value(self, variable: Any) -> Any:
        """Return the value that was assigned inside the scope, or the placeholder."""
        updated = super().get_current_value(variable)
        if updated is not None:
            return updated
        if id(variable) not in self._placeholders:
            with self._graph.as_default():
                placeholder = tf.compat.v1.placeholder(variable.dtype, tuple(variable.shape))
            self._placeholders[id(variable)] = placeholder
            self.variables[placeholder.op.name] = variable
        return self._placeholders[id(variable)]


@contextmanager
def abstract_variables() -> Iterator[None]:
    """Accept variables with a constant initial value, which Keras refuses in a stateless scope."""
    with patched(keras.Variable, "__init__", _accept_constants):
        _abstract.active = True
        try:
            yield
        finally:
            _abstract.active = False


def _accept_constants(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def initialize(
        self: Any, initializer: Any, shape: Any = None, dtype: Any = None, **options: Any
    ) -> None:
        is_constant = not callable(initializer) and not isinstance(initializer, str)
        if getattr(_abstract, "active", False) and is_constant:
            value = np.asarray(initializer)
            shape = value.shape
            dtype = dtype or keras.backend.standardize_dtype(value.dtype)
            initializer = keras.initializers.Zeros()
        original(self, initializer, shape=shape, dtype=dtype, **options)

    return initialize
