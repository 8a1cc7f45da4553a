"""Recurrent layers: the work of one step, times the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from graphscope.analysis.costs.call import Call, Rule, as_int
from graphscope.analysis.costs.layers.activations import activation_flops
from graphscope.analysis.costs.layers.dense import channel_axis, window_size
from graphscope.analysis.costs.sizes import UnknownCostError, known

Step = Callable[[Mapping[str, Any], int], tuple[int, int]]
"""Takes a cell's config and its input width; returns its output width and FLOPs of one step."""


def _lstm_step(config: Mapping[str, Any], width: int) -> tuple[int, int]:
    units = as_int(config.get("units"))
    gates = _products(config, width, units, 4)
    inner, outer = _activations(config)
    # Three gates; new carry f * c + i * tanh(..): 3; output o * tanh(c): 1.
    return units, gates + units * (3 * inner + 2 * outer + 4)


def _gru_step(config: Mapping[str, Any], width: int) -> tuple[int, int]:
    units = as_int(config.get("units"))
    gates = _products(config, width, units, 3)
    # A second bias sits inside the recurrent product where the reset comes after it.
    second = 3 * units if config.get("reset_after", True) and config.get("use_bias", True) else 0
    inner, outer = _activations(config)
    # Two gates; reset r * h: 1; mix z * h + (1 - z) * hh: 4.
    return units, gates + second + units * (2 * inner + outer + 5)


def _simple_step(config: Mapping[str, Any], width: int) -> tuple[int, int]:
    units = as_int(config.get("units"))
    activation = activation_flops(config.get("activation", "tanh"))
    return units, _products(config, width, units, 1) + units * activation


def _products(config: Mapping[str, Any], width: int, units: int, gates: int) -> int:
    """Return the FLOPs of input and recurrent products, their sum and the bias."""
    has_bias = bool(config.get("use_bias", True))
    return gates * units * (2 * (width + units) + 1 + has_bias)


def _activations(config: Mapping[str, Any]) -> tuple[int, int]:
    return (
        activation_flops(config.get("recurrent_activation", "sigmoid")),
        activation_flops(config.get("activation", "tanh")),
    )


_STEPS: dict[str, Step] = {
    "LSTM": _lstm_step,
    "LSTMCell": _lstm_step,
    "GRU": _gru_step,
    "GRUCell": _gru_step,
    "SimpleRNN": _simple_step,
    "SimpleRNNCell": _simple_step,
}


def _whole_sequence(call: Call) -> int:
    step = _STEPS[call.type]
    _, flops = step(call.settings, call.axis(0, -1))
    return flops * _steps(call)


def _single_cell(call: Call) -> int:
    _, flops = _STEPS[call.type](call.settings, call.axis(0, -1))
    return flops * call.axis(0, 0)


def _steps(call: Call) -> int:
    # Batch times time.
    return prod(known(size) for size in call.argument(0)[:2])


def _any_cell(call: Call) -> int:
    width, total = call.axis(0, -1), 0
    for name, config in _cells(call.settings.get("cell")):
        if name not in _STEPS:
            raise UnknownCostError
        width, flops = _STEPS[name](config, width)
        total += flops
    return total * _steps(call)


def _cells(cell: Any) -> list[tuple[str, Mapping[str, Any]]]:
    if not isinstance(cell, Mapping) or not isinstance(cell.get("config"), Mapping):
        raise UnknownCostError
    if cell.get("class_name") != "StackedRNNCells":
        return [(str(cell.get("class_name")), cell["config"])]
    inner = cell["config"].get("cells")
    if not isinstance(inner, (list, tuple)):
        raise UnknownCostError
    return [found for each in inner for found in _cells(each)]


def _convolutional_lstm(call: Call) -> int:
    # As an LSTM, with convolutions in place of the products; (batch, time, *places, channels).
    config, axis = call.settings, 2 if channel_axis(call) == 1 else -1
    filters = as_int(config.get("filters"))
    result = [known(size) for size in call.result()]
    spatial = len(call.argument(0)) - 3
    # Rows and columns are the last axes but the channels, whatever came before them.
    places = prod(result[-spatial:] if axis == 2 else result[-1 - spatial : -1])
    frame = Call(call.type, ((None,) * (spatial + 2),), settings=config)
    window = window_size(frame)
    inner, outer = _activations({"recurrent_activation": "sigmoid", "activation": "tanh", **config})
    products = 4 * (2 * window * (call.axis(0, axis) + filters) + 1)
    bias = 4 * bool(config.get("use_bias", True))
    return _steps(call) * places * filters * (products + bias + 3 * inner + 2 * outer + 4)


RULES: dict[str, Rule] = {
    **dict.fromkeys(["LSTM", "GRU", "SimpleRNN"], _whole_sequence),
    **dict.fromkeys(["LSTMCell", "GRUCell", "SimpleRNNCell"], _single_cell),
    "RNN": _any_cell,
    **dict.fromkeys(["ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"], _convolutional_lstm),
}
