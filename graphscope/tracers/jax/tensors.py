"""JAX's tracers, as the recorder needs to see them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax
import keras
from jax.experimental.sparse import JAXSparse
from keras.src.backend import get_keras_mask, set_keras_mask

from graphscope.tracers.jax.primitives import identity, note
from graphscope.tracers.recorder import Call

SCOPE = "graphscope_call_"
"""With the number of a call: the name of the scope around the operations that it makes."""


class JaxTensors:
    """Finds, identifies and separates the tensors of a call, and leaves its number in the jaxpr.

    Attributes:
        calls: all calls in the order in which they began; the place of a call is its number.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def flatten(self, structure: Any) -> list[Any]:
        """Return the traced tensors, the parts of sparse ones included."""
        found: list[Any] = []
        for leaf in keras.tree.flatten(structure):
            parts = jax.tree_util.tree_leaves(leaf) if isinstance(leaf, JAXSparse) else (leaf,)
            found += [part for part in parts if isinstance(part, jax.core.Tracer)]
        return found

    def key(self, tensor: Any) -> int:
        """Return the identity of a tracer, which lives as long as the call that holds it."""
        return id(tensor)

    def context(self) -> None:
        """Return nothing: the jaxpr that a call belongs to is known when it is complete."""

    def separate(self, outputs: Any, taken: set[Any]) -> Any:
        """Give pass-through results an identity of their own.

        Dropout at inference returns the very tensor it was given. Without a marker a consumer of
        its output could not be told from a consumer of its input.
        """
        if not any(self.key(tensor) in taken for tensor in self.flatten(outputs)):
            return outputs

        def mark(leaf: Any) -> Any:
            if not isinstance(leaf, jax.core.Tracer) or self.key(leaf) not in taken:
                return leaf
            marked = identity.bind(leaf)
            mask = self.mask(leaf)
            if mask is not None:
                set_keras_mask(marked, mask)
            return marked

        return keras.tree.map_structure(mark, outputs)

    def mask(self, tensor: Any) -> Any:
        """Return the Keras mask beside a tensor, if it is a traced tensor itself."""
        # Tracers admit no attributes of others; Keras keeps their masks in a table.
        mask = get_keras_mask(tensor)
        return mask if isinstance(mask, jax.core.Tracer) else None

    @contextmanager
    def around(self, call: Call) -> Iterator[None]:
        """Name the operations of a call, and note what it takes and returns."""
        with self.naming(call) as number:
            note.bind(*call.inputs, call=number, returned=False, masks=0)
            yield
            tensors = (*call.outputs, *call.masks)
            note.bind(*tensors, call=number, returned=True, masks=len(call.masks))

    @contextmanager
    def naming(self, call: Call) -> Iterator[int]:
        """Name the operations inside the block by a number of a call, which may have several."""
        number = len(self.calls)
        self.calls.append(call)
        with jax.named_scope(f"{SCOPE}{number}"):
            yield number
