"""Symbolic tensors, layers and models: telling them apart and naming them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.wording import label


def loaded_keras() -> Any:
    """Return Keras where the program has imported it, and None where it has not.

    For questions about classes: a program without Keras holds no instance of one, and importing
    it to see so takes seconds.
    """
    return sys.modules.get("keras")


def is_tensor(thing: Any) -> bool:
    """Whether a thing is a symbolic tensor of Keras."""
    keras = loaded_keras()
    return keras is not None and isinstance(thing, keras.KerasTensor)


def is_layer(thing: Any) -> bool:
    """Whether a thing is a layer or model."""
    keras = loaded_keras()
    return keras is not None and isinstance(thing, keras.layers.Layer)


def is_model(thing: Any) -> bool:
    """Whether a thing is a model."""
    keras = loaded_keras()
    return keras is not None and isinstance(thing, keras.Model)


def tensor_text(case: Case, tensor: Any) -> str:
    """Return what a symbolic tensor is: `the symbolic tensor (None, 10) of Dense 'dense_1'`."""
    if not is_tensor(tensor):
        return type(tensor).__name__
    maker = maker_of(case, tensor)
    of = f" that {label(maker)} returned" if maker is not None else ""
    return f"a symbolic tensor (KerasTensor) of shape {tuple(tensor.shape)}{of}"


def maker_of(case: Case, tensor: Any) -> Any:
    """Return the layer or operation that made a symbolic tensor."""
    producer = case.recording.producer_of(tensor)
    if producer is not None:
        return producer.operation
    history = getattr(tensor, "_keras_history", None)
    return history.operation if history is not None else None


def waiting_tensors(case: Case, variables: Mapping[str, Any]) -> list[str]:
    """Return the names of symbolic tensors that nothing took as its input, the last first.

    Args:
        case: the case.
        variables: of the frame in which the names are to be used.
    """
    calls = [call for call in case.recording.calls if call.error is None]
    taken = {id(tensor) for call in calls for tensor in call.inputs}
    named = [name for name, value in variables.items() if is_tensor(value)]
    return [name for name in reversed(named) if id(variables[name]) not in taken]
