"""A loss and an optimizer for models that are not compiled."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from graphscope.errors import TraceError
from graphscope.graph import Note
from graphscope.tracers.steps.data import has_own_step

ASSUMED_OPTIMIZER = "adam"
"""What trains a model that is not compiled, when only a loss is given."""


def compile_if_needed(
    model: Any, loss: Any, optimizer: Any, without_values: AbstractContextManager[Any]
) -> list[Note]:
    """Compile a model that is not, as far as that was asked for; return what to tell of it.

    Args:
        model: the model.
        loss: the loss to assume, if any.
        optimizer: the optimizer to assume; `ASSUMED_OPTIMIZER` by default.
        without_values: a context in which variables are made without values.

    Raises:
        TraceError: when there is nothing to compile with.
    """
    if model.compiled or has_own_step(model):
        return []
    if loss is None:
        raise TraceError(
            f"The model {model.name!r} is not compiled, so it has no loss and no optimizer to "
            "train with.",
            "Call model.compile(optimizer=..., loss=...) where it is made, or assume a loss: "
            "--loss mse on the command line, loss='mse' in Python.",
        )
    chosen = optimizer or ASSUMED_OPTIMIZER
    import keras

    with without_values:
        try:
            keras.losses.get(loss)  # Keras itself would complain only when the loss is used
            model.compile(optimizer=chosen, loss=loss)
        except ValueError as error:
            raise TraceError(
                f"The model cannot be compiled with loss {loss!r} and optimizer {chosen!r}: "
                f"{str(error).splitlines()[0]}",
                "Use names that Keras knows, such as mse and adam.",
            ) from error
    message = f"The model is not compiled; loss {loss!r} and optimizer {chosen!r} were assumed."
    return [Note("assumed-compile", message)]
