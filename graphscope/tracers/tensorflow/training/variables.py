"""Variables without values: what a train step reads and writes in place of the real ones.

An optimizer on TensorFlow needs more than tensors: it assigns, scatters and asks for handles. Each
Keras variable is therefore stood in for by a `tf.Variable` whose handle is an operation of the
traced graph. The operations are the very ones that a real step runs, but none ever runs, so that
nothing is allocated.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from tensorflow.python.ops import resource_variable_ops


class VariableStandIns(keras.StatelessScope):  # type: ignore[misc]  # untyped
    """A scope in which every Keras variable is a `tf.Variable` of the traced graph.

    Variables that are created inside get no value.

    Args:
        graph: the graph that is traced; handles belong to it even when a variable is first used
            inside the body of a loop.

    Attributes:
        variables: Keras variables by the name of the operation that gives their handle.
    """

    def __init__(self, graph: Any) -> None:
        super().__init__(initialize_variables=False)
        self._graph = graph
        self._stand_ins: dict[int, Any] = {}
        self.variables: dict[str, Any] = {}

    def get_current_value(self, variable: Any) -> Any:
        """Return what stands for a variable."""
        if id(variable) not in self._stand_ins:
            self._stand_ins[id(variable)] = self._make(variable)
        return self._stand_ins[id(variable)]

    def add_update(self, update: tuple[Any, Any]) -> None:
        """Assign a value to what stands for a variable."""
        variable, value = update
        self.get_current_value(variable).assign(tf.cast(value, variable.dtype))

    def _make(self, variable: Any) -> Any:
        name = f"variable_{len(self._stand_ins)}"
        shape, dtype = tf.TensorShape(variable.shape), tf.as_dtype(variable.dtype)
        with self._graph.as_default(), tf.name_scope(""):
            handle = resource_variable_ops._variable_handle_from_shape_and_dtype(
                shape, dtype, shared_name=name, name=name, graph_mode=True
            )
        self.variables[handle.op.name] = variable
        real = getattr(variable, "_value", None)
        return resource_variable_ops.BaseResourceVariable(
            trainable=bool(variable.trainable),
            shape=shape,
            dtype=dtype,
            handle=handle,
            name=name,
            handle_name=f"{name}:0",
            # A built optimizer finds the slots of a variable by this id.
            unique_id=getattr(real, "_unique_id", name),
            in_graph_mode=False,
            initial_value=None,
        )
