"""What a step began with, as far as it was kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What one step began with.

    Attributes:
        data: the batch, as the model's `train_step` got it.
        values: Keras variables with their values from before the step (TensorFlow, PyTorch).
        state: all of the training's state, as JAX hands it to `train_step`; None elsewhere.
        layers: keys of the layers that are watched, by `id`.
    """

    data: Any
    values: tuple[tuple[Any, Any], ...] = ()
    state: Any = None
    layers: dict[int, str] | None = None

    def labelled(self) -> Iterator[tuple[str, Any]]:
        """Yield what the batch consists of, each with what it is: inputs, targets, weights."""
        import keras

        try:
            parts = keras.utils.unpack_x_y_sample_weight(self.data)
        except ValueError:
            parts = (self.data,)
        for label, part in zip(("inputs", "targets", "sample weights"), parts, strict=False):
            for each in keras.tree.flatten(part) if part is not None else ():
                yield label, each
