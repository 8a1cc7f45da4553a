"""Weights without values: no variable is read or allocated while a model is traced."""

from __future__ import annotations

from typing import Any

import keras

from graphscope.tracers.torch.fakes import Fakes
from graphscope.tracers.torch.tape import Tape


class FakeWeights(keras.StatelessScope):  # type: ignore[misc]  # untyped
    """A scope in which every variable reads as a tensor without memory.

    Updates stay inside the scope. Variables that are created inside get no value.

    Args:
        tape: follows the tensors.
        fakes: makes them.
    """

    def __init__(self, tape: Tape, fakes: Fakes) -> None:
        super().__init__(initialize_variables=False)
        self._tape = tape
        self._fakes = fakes
        self._tensors: dict[int, Any] = {}

    def get_current_value(self, variable: Any) -> Any:
        """Return the value that was assigned inside the scope, or the tensor that stands for it."""
        updated = super().get_current_value(variable)
        if updated is not None:
            return updated
        if id(variable) not in self._tensors:
            shape = tuple(int(size) for size in variable.shape)
            tensor = self._fakes.make(shape, str(variable.dtype))
            self._tensors[id(variable)] = tensor
            self._tape.add_input(tensor, variable)
        return self._tensors[id(variable)]
