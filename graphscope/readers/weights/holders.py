"""Built-in layers that hold other layers, recognised by the groups that they save.

Files of subclassed models name no classes. The attributes under which these layers save those
inside them are their own, and told apart from custom layers by the shapes of the weights.
"""

from __future__ import annotations

import re

from graphscope.readers.weights.names import recognise, to_snake_case
from graphscope.readers.weights.tree import WeightGroup

_PROJECTIONS = ("query", "key", "value", "output")
_ATTENTION = "MultiHeadAttention"
_GROUPED = "GroupQueryAttention"
_RECURRENT = {f"{kind}Cell": kind for kind in ("LSTM", "GRU", "SimpleRNN")}
_GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
_DIRECTIONS = {"forward_layer", "backward_layer"}
_BY_LIST = {to_snake_case(kind): kind for kind in _GATES}
_BY_NAME = {to_snake_case(name): name for name in ("Sequential", "TimeDistributed")}


def recognise_holder(name: str, group: WeightGroup) -> str | None:
    """Return the class of a built-in layer that holds others; None where none is certain.

    Args:
        name: of the layer, or of the attribute that holds it.
        group: what it saved.
    """
    if group.weights:
        return "SpectralNormalization" if _normalizes(group) else None
    children = group.children
    if children.keys() >= _DIRECTIONS:
        return "Bidirectional"
    if "cell" in children:
        return _recognise_recurrent(name, children["cell"]) or _recognise_by_gates(
            group.name, children["cell"]
        )
    if "cells" in children:
        return "StackedRNNCells" if _bare(name) == "stacked_rnn_cells" else None
    named = _BY_NAME.get(_bare(name))
    if named is not None and children.keys() == {"layer" if named != "Sequential" else "layers"}:
        return named
    return _recognise_attention(group)


def _bare(name: str) -> str:
    return re.sub(r"_\d+$", "", name)


def _normalizes(group: WeightGroup) -> bool:
    """Whether it saves the kernel of the layer in it once more, and a vector beside it."""
    inner = group.children.get("layer")
    if inner is None or not inner.weights or len(group.weights) != 2:
        return False
    kernel, vector = group.weights
    return kernel.shape == inner.weights[0].shape and vector.shape == (1, *kernel.shape[-1:])


def _recognise_recurrent(name: str, cell: WeightGroup) -> str | None:
    cell_class = recognise(cell.saved_name, cell.weights) or ""
    if cell_class == "ConvLSTMCell":
        return f"ConvLSTM{len(cell.weights[0].shape) - 2}D"
    kind = _RECURRENT.get(cell_class)
    if kind is not None and to_snake_case(kind) in name:
        return kind
    return "RNN" if _bare(name) == "rnn" else None


def _recognise_by_gates(name: str, cell: WeightGroup) -> str | None:
    """Return the class of a layer whose cell has no name, as in files of Keras 3.0 to 3.3."""
    shapes = [weight.shape for weight in cell.weights]
    if len(shapes) not in (2, 3):
        return None
    rank = len(shapes[1])
    if _bare(name) == f"conv_lstm{rank - 2}d":
        return f"ConvLSTM{rank - 2}D"
    kind = _BY_LIST.get(_bare(name), "")
    if rank != 2 or not (kind or name in _DIRECTIONS):
        return None
    units, width = shapes[1]
    fitting = [each for each, gates in _GATES.items() if width == units * gates == shapes[0][-1]]
    return fitting[0] if fitting and kind in ("", fitting[0]) else None


def _recognise_attention(group: WeightGroup) -> str | None:
    for prefix in ("", "_"):
        found = [group.children.get(f"{prefix}{part}_dense") for part in _PROJECTIONS]
        kernels = [each.weights[0].shape for each in found if each is not None and each.weights]
        if len(kernels) == len(_PROJECTIONS) and all(len(kernel) >= 3 for kernel in kernels[:3]):
            # Several heads of the query share one of the key; else the two save alike.
            return _ATTENTION if kernels[0][-2] == kernels[1][-2] else _GROUPED
    return None
