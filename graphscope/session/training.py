"""What a live model is trained with, as far as memory goes."""

from __future__ import annotations

from math import prod
from typing import Any


def describe_optimizer(model: Any) -> dict[str, Any] | None:
    """Return class and slots of the optimizer that a model was compiled with, as JSON values.

    Of an optimizer that has its variables they are counted; of another the settings are given that
    its slots follow from. None for a model that was not compiled.
    """
    optimizer = getattr(model, "optimizer", None) if getattr(model, "compiled", False) else None
    if optimizer is None:
        return None
    # Loss scaling wraps the optimizer that does the work.
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    name = type(optimizer).__name__
    trained = sum(prod(weight.shape) for weight in model.trainable_weights)
    if getattr(optimizer, "built", False) and trained:
        # The step count and the learning rate are single numbers beside the slots.
        held = sum(prod(variable.shape) for variable in optimizer.variables if len(variable.shape))
        return {"class_name": name, "slots": round(held / trained, 3)}
    settings = {key: getattr(optimizer, key, None) for key in _TELLING}
    return {"class_name": name, "config": {key: bool(value) for key, value in settings.items()}}


_TELLING = ("momentum", "centered", "amsgrad", "use_ema", "gradient_accumulation_steps")
"""Attributes of Keras's optimizers on which it depends how much they remember."""
