"""Which activation a call applies, and over which axis a softmax goes."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.static.model import Call, CheckedModel

_OPS = {"Softmax": "softmax", "Sigmoid": "sigmoid", "Relu": "relu", "Tanh": "tanh"}
_LAYERS = {"Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu"}


def activation_of(call: Call) -> str | None:
    """Return the activation a call ends with; `linear` for none, None where it is unknown."""
    if call.layer is None:
        return _OPS.get(call.type)
    if call.type in _LAYERS:
        return _LAYERS[call.type]
    if "activation" not in call.settings:
        return None
    return _name(call.settings["activation"])


def _name(value: Any) -> str | None:
    if value is None:
        return "linear"
    if isinstance(value, dict):
        config = value.get("config")
        value = config if isinstance(config, str) else value.get("class_name")
    return value.lower() if isinstance(value, str) else None


def is_softmax(call: Call) -> bool:
    """Whether a call ends with a softmax."""
    return activation_of(call) == "softmax"


def softmax_axis(call: Call) -> int | None:
    """Return the axis of a softmax, counted from 0; None where it is unknown."""
    shape = call.shape
    axis = call.settings.get("axis", -1) if call.type == "Softmax" else -1
    if shape is None or not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        return None
    return axis % len(shape)


def applied_before(model: CheckedModel, call: Call) -> str | None:
    """Return the activation of the call that an activation layer is applied to."""
    source = model.source_of(call)
    return activation_of(source) if source is not None else None
