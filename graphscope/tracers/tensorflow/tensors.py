"""TensorFlow's symbolic tensors, as the recorder needs to see them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from graphscope.tracers.recorder import Call

TensorKey: TypeAlias = tuple[int, str]
"""Identity of a symbolic tensor: its graph and its name in there."""

NOTHING_AROUND = nullcontext()


class TensorFlowTensors:
    """Finds, identifies and separates the tensors of a call.

    Attributes:
        markers: the identity operations that `separate` made.
    """

    def __init__(self) -> None:
        self.markers: set[Any] = set()

    def flatten(self, structure: Any) -> list[Any]:
        """Return the symbolic tensors, the parts of sparse and ragged ones included."""
        if tf.is_symbolic_tensor(structure):
            return [structure]  # what most calls return
        found: list[Any] = []
        for leaf in keras.tree.flatten(structure):
            if tf.is_symbolic_tensor(leaf):
                found.append(leaf)
            elif isinstance(leaf, tf.__internal__.CompositeTensor):
                parts = tf.nest.flatten(leaf, expand_composites=True)
                found += [part for part in parts if tf.is_symbolic_tensor(part)]
        return found

    def key(self, tensor: Any) -> TensorKey:
        """Return the identity of a symbolic tensor."""
        return (id(tensor.graph), tensor.name)

    def context(self) -> Any:
        """Return the graph that operations are being added to."""
        return tf.compat.v1.get_default_graph()

    def separate(self, outputs: Any, taken: set[Any]) -> Any:
        """Give pass-through results an identity of their own.

        Dropout at inference returns the very tensor it was given. Without a marker a consumer of
        its output could not be told from a consumer of its input.
        """
        if not any(self.key(tensor) in taken for tensor in self.flatten(outputs)):
            return outputs

        def mark(leaf: Any) -> Any:
            if not tf.is_symbolic_tensor(leaf) or self.key(leaf) not in taken:
                return leaf
            marked = tf.identity(leaf)
            self.markers.add(marked.op)
            mask = getattr(leaf, "_keras_mask", None)
            if mask is not None:
                marked._keras_mask = mask
            return marked

        return keras.tree.map_structure(mark, outputs)

    def mask(self, tensor: Any) -> Any:
        """Return the Keras mask beside a tensor."""
        return getattr(tensor, "_keras_mask", None)

    def around(self, _call: Call) -> AbstractContextManager[None]:
        """Return nothing to do: operations are told apart by the graph that they are made in."""
        return NOTHING_AROUND
