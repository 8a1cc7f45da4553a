"""PyTorch's tensors, as the recorder needs to see them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras
import torch
from keras.src.backend.common.symbolic_scope import in_symbolic_scope

from graphscope.tracers.recorder import Call, active_recorder
from graphscope.tracers.torch.tape import SCRATCH, Tape, Value


class TorchTensors:
    """Finds, identifies and separates the values that calls take and return.

    Args:
        tape: knows the value that each tensor has at this moment.
    """

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def flatten(self, structure: Any) -> list[Any]:
        """Return the values of the tensors in nested arguments or results."""
        if in_symbolic_scope():
            return []
        found = []
        for leaf in keras.tree.flatten(structure):
            if isinstance(leaf, torch.Tensor):
                value = self._tape.value_of(leaf)
                mask = getattr(leaf, "_keras_mask", None)
                value.mask = None if mask is None else self._tape.value_of(mask)
                found.append(value)
        return found

    def key(self, value: Value) -> Any:
        """Return the identity of a value: its own, or that of the value it is a name of."""
        return original(value)

    def mask(self, value: Value) -> Value | None:
        """Return the mask that travels beside a value."""
        return value.mask

    def context(self) -> Any:
        """Return the body that operations are being added to."""
        return SCRATCH if in_symbolic_scope() else self._tape.body

    def around(self, call: Call) -> AbstractContextManager[None]:  # noqa: ARG002 - the protocol
        """Return nothing that holds while a call runs."""
        return nullcontext()

    def separate(self, outputs: Any, taken: set[Any]) -> Any:
        """Give pass-through results an identity of their own.

        Dropout at inference returns the very tensor it was given. Without a marker a consumer of
        its output could not be told from a consumer of its input.
        """
        if in_symbolic_scope() or not taken:
            return outputs

        def mark(leaf: Any) -> Any:
            if not isinstance(leaf, torch.Tensor):
                return leaf
            value = self._tape.value_of(leaf)
            return self._mark(leaf) if original(value) in taken else leaf

        return keras.tree.map_structure(mark, outputs)

    def _mark(self, tensor: Any) -> Any:
        recorder = active_recorder()
        marked = torch.ops.aten.alias.default(tensor)
        operation = self._tape.value_of(marked).operation
        assert operation is not None, "the listener has heard it"
        assert recorder is not None, "it asks for the marker"
        operation.is_marker = True
        mask = getattr(tensor, "_keras_mask", None)
        if mask is not None:
            marked._keras_mask = mask
        return marked


def original(value: Value) -> Value:
    """Return the value behind names that bodies of loops have for it."""
    while value.stands_for is not None:
        value = value.stands_for
    return value
