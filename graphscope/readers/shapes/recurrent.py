"""Shape rules of recurrent layers and of the wrappers that are used with them."""

from __future__ import annotations

from functools import partial
from typing import Any

from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.convolution import windows
from graphscope.readers.shapes.dimensions import IncompatibleError, Shape, product
from graphscope.readers.shapes.settings import Settings

_STATES = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1}

_MERGE_MODES = ("concat", "sum", "mul", "ave")


def _recurrent(call: LayerCall) -> list[Shape]:
    units = call.settings.count("units")
    return _unroll(call, units, [units] * _STATES[call.settings.class_name])


def _generic_recurrent(call: LayerCall) -> list[Shape] | None:
    sizes = cell_sizes(call.settings.get("cell"))
    return None if sizes is None else _unroll(call, sizes[-1], sizes)


def _unroll(call: LayerCall, output: int, states: list[int]) -> list[Shape]:
    batch, steps, *_ = call.input(3)
    settings = call.settings
    first: Shape = (batch, steps, output) if settings.flag("return_sequences") else (batch, output)
    if not settings.flag("return_state"):
        return [first]
    return [first, *((batch, size) for size in states)]


def cell_sizes(cell: Any) -> list[int] | None:
    """Return the widths of the states of a cell as it is serialized; None where they are unknown.

    Raises:
        ReadError: when its settings are impossible.
    """
    # The states of one cell all have its units; a stack has the states of its cells in a row.
    if not isinstance(cell, dict) or not isinstance(cell.get("config"), dict):
        return None
    class_name, config = cell.get("class_name"), cell["config"]
    if class_name == "StackedRNNCells" and isinstance(config.get("cells"), list):
        found: list[int] = []
        for inner in config["cells"]:
            sizes = cell_sizes(inner)
            if sizes is None:
                return None
            found += sizes
        return found or None
    kind = str(class_name).removesuffix("Cell")
    if kind not in _STATES or kind == class_name:
        return None
    return [Settings(str(config.get("name")), kind, config).count("units")] * _STATES[kind]


def _convolutional(call: LayerCall, dimensions: int) -> list[Shape]:
    shape, settings = call.input(dimensions + 3), call.settings
    sizes = shape[3:] if settings.channels_first() else shape[2:-1]
    sizes, filters = windows(sizes, settings), settings.count("filters")
    step: Shape = (filters, *sizes) if settings.channels_first() else (*sizes, filters)
    state: Shape = (shape[0], *step)
    output: Shape = (shape[0], shape[1], *step) if settings.flag("return_sequences") else state
    return [output, state, state] if settings.flag("return_state") else [output]


def _bidirectional(call: LayerCall) -> list[Shape] | None:
    forward = call.infer(call.settings.layer_inside(), call.inputs)
    if not forward:
        return None
    first, *states = forward
    merge = call.settings.get("merge_mode")
    if merge is not None:
        merge = call.settings.choice("merge_mode", "concat", _MERGE_MODES)
    if merge == "concat":
        outputs = [(*first[:-1], product([first[-1], 2]))]
    else:
        outputs = [first, first] if merge is None else [first]
    return [*outputs, *states, *states]


def _time_distributed(call: LayerCall) -> list[Shape] | None:
    batch, steps, *rest = call.input(at_least=3)
    step = call.infer(call.settings.layer_inside(), [(batch, *rest)])
    if not step:
        return None
    return [(shape[0], steps, *shape[1:]) for shape in step]


def _pipeline(call: LayerCall) -> list[Shape] | None:
    layers, shapes = call.settings.get("layers"), list(call.inputs)
    if not isinstance(layers, list):
        raise IncompatibleError("its config names no layers")
    for layer in layers:
        found = call.infer(layer, shapes)
        if found is None:
            return None
        shapes = list(found)
    return shapes


RULES: dict[str, Rule] = {
    **dict.fromkeys(_STATES, _recurrent),
    "RNN": _generic_recurrent,
    **{f"ConvLSTM{n}D": partial(_convolutional, dimensions=n) for n in (1, 2, 3)},
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "Pipeline": _pipeline,
}
