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
    if {"forward_layer", "backward_layer"} <= children.keys():
        return "Bidirectional"
    if "cell" in children:
        return _recognise_recurrent(name, children["cell"])
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


def _recognise_attention(group: WeightGroup) -> str | None:
    for prefix in ("", "_"):
        found = [group.children.get(f"{prefix}{part}_dense") for part in _PROJECTIONS]
        kernels = [each.weights[0].shape for each in found if each is not None and each.weights]
        if len(kernels) == len(_PROJECTIONS) and all(len(kernel) >= 3 for kernel in kernels[:3]):
            # Several heads of the query share one of the key; else the two save alike.
            return _ATTENTION if kernels[0][-2] == kernels[1][-2] else _GROUPED
    return None
