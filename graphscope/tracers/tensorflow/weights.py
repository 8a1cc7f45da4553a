"""Weights without values: no variable is read or allocated while a model is traced."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


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
