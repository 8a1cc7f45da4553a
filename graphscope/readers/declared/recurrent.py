"""Recurrent layers and their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from graphscope.readers.declared.building import (
    Building,
    Rule,
    Sizes,
    UndeclaredError,
    named,
)
from graphscope.readers.shapes import Shape
from graphscope.readers.shapes.recurrent import cell_sizes
from graphscope.readers.weights.groups import numbered
from graphscope.readers.weights.names import to_snake_case
from graphscope.readers.weights.tree import WeightGroup

_GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}


def _cell(layer: Building, kind: str) -> WeightGroup:
    units, features = layer.settings.count("units"), layer.size(-1)
    width = units * _GATES[kind]
    bias: Sizes = (width,)
    if kind == "GRU" and layer.settings.flag("reset_after", default=True):
        bias = (2, width)
    return layer.group(
        {
            "kernel": (features, width),
            "recurrent_kernel": (units, width),
            **layer.bias(*bias),
        }
    )


def _recurrent(layer: Building, kind: str) -> WeightGroup:
    return layer.group({}, {"cell": named(_cell(layer, kind), to_snake_case(f"{kind}Cell"))})


def _generic(layer: Building) -> WeightGroup:
    batch, _, *rest = _sequence(layer)
    return layer.group({}, {"cell": layer.declare(layer.settings.get("cell"), [(batch, *rest)])})


def _stacked(layer: Building) -> WeightGroup:
    cells = layer.entries("cells")
    groups = [layer.declare(cell, shape) for cell, shape in _chain(cells, layer.input())]
    keys = numbered(str(cell.get("class_name")) for cell in cells)
    return layer.group(
        {}, {"cells": WeightGroup("", children=dict(zip(keys, groups, strict=True)))}
    )


def _chain(cells: Sequence[Any], shape: Shape) -> Iterator[tuple[Any, list[Shape] | None]]:
    """Give each cell of a stack the shape that it is built for."""
    incoming: list[Shape] | None = [shape]
    for cell in cells:
        yield cell, incoming
        sizes = cell_sizes(cell)
        incoming = [(shape[0], sizes[0])] if sizes else None


def _convolutional(layer: Building, rank: int) -> WeightGroup:
    filters = layer.settings.count("filters")
    kernel = layer.settings.counts("kernel_size", rank)
    width = filters * 4
    weights = {
        "kernel": (*kernel, layer.channels(before=2), width),
        "recurrent_kernel": (*kernel, filters, width),
        **layer.bias(width),
    }
    return layer.group({}, {"cell": named(layer.group(weights), "conv_lstm_cell")})


def _sequence(layer: Building) -> Shape:
    shape = layer.input()
    if len(shape) < 3:
        raise UndeclaredError(f"its input has rank {len(shape)}, which is no sequence")
    return shape


def _bidirectional(layer: Building) -> WeightGroup:
    forward = layer.settings.get("layer")
    # The backward layer is a copy of the forward one unless it was given.
    backward = layer.settings.get("backward_layer") or forward
    return layer.group(
        {},
        {
            "forward_layer": layer.declare(forward, layer.inputs),
            "backward_layer": layer.declare(backward, layer.inputs),
        },
    )


def _time_distributed(layer: Building) -> WeightGroup:
    batch, _, *rest = _sequence(layer)
    return layer.group({}, {"layer": layer.declare(layer.settings.get("layer"), [(batch, *rest)])})


RULES: dict[str, Rule] = {
    **{kind: partial(_recurrent, kind=kind) for kind in _GATES},
    **{f"{kind}Cell": partial(_cell, kind=kind) for kind in _GATES},
    "RNN": _generic,
    "StackedRNNCells": _stacked,
    **{f"ConvLSTM{rank}D": partial(_convolutional, rank=rank) for rank in (1, 2, 3)},
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
}
