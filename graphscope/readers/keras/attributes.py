"""What is worth showing of a call besides its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.graph import NOTHING
from graphscope.readers.keras.plan import Step
from graphscope.readers.keras.values import ValueCleaner

_OWN_KEYS = frozenset({"name", "dtype", "trainable"})


def call_attributes(step: Step, cleaner: ValueCleaner, *, contains_code: bool) -> Mapping[str, Any]:
    """Return the attributes of the node of a call.

    `arguments` holds the arguments that are no tensors, by name or position; the settings of a
    Keras operation stand beside it, as an operation has no layer that could hold them.
    """
    layer = step.layer
    attributes: dict[str, Any] = {}
    if layer.is_operation:
        attributes.update(
            {key: value for key, value in layer.config.items() if key not in _OWN_KEYS}
        )
    # Keras writes `training: false` at most calls, which is what a reader assumes.
    arguments = {
        key: value
        for key, value in step.call.constants.items()
        if not (key == "training" and value is False) and not _is_empty(value)
    }
    if arguments:
        attributes["arguments"] = arguments
    if contains_code:
        attributes["contains_code"] = True
    if not attributes:
        return NOTHING
    cleaned: dict[str, Any] = cleaner.clean(attributes)
    return cleaned


def _is_empty(value: Any) -> bool:
    # The mask argument of a model with several inputs is a structure of nulls.
    if isinstance(value, dict):
        return all(_is_empty(item) for item in value.values())
    if isinstance(value, list):
        return bool(value) and all(_is_empty(item) for item in value)
    return value is None
