"""The numbers in the weights of a live model."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphscope.graph import GraphBuilder
from graphscope.tracers.abstract import count_waiting
from graphscope.tracers.ownership import Ownership

if TYPE_CHECKING:
    import numpy as np

_PART = 1 << 18
"""Numbers that are copied from the device at once."""


class LiveValues:
    """The present values of the weights of a model, by the ids that its graph gives them.

    The model is not kept alive by it.

    Args:
        model: a Keras model or layer.
    """

    def __init__(self, model: Any) -> None:
        self._model = weakref.ref(model)

    def parts(self, weight: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
        """Yield the numbers of a weight, evenly spread where they exceed the limit.

        Args:
            weight: its id.
            limit: how many bytes are read at most, at four bytes for each number.

        Raises:
            KeyError: when the model is gone or owns no such weight, or it has no value yet.
        """
        import keras

        model = self._model()
        if model is None or count_waiting(model):
            raise KeyError(weight)
        variable = Ownership(GraphBuilder("model"), model).variables()[weight]
        flat = keras.ops.reshape(variable.value, (-1,))
        count = int(flat.shape[0])
        wanted = max(1, min(-(-count // _PART), limit // (4 * _PART)))
        is_whole = wanted * _PART >= count
        for number in range(wanted):
            start = number * _PART if is_whole else number * count // wanted
            yield keras.ops.convert_to_numpy(flat[start : start + _PART])
