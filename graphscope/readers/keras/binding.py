"""Which argument of a call goes to which input of a nested model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphscope.graph import Port
from graphscope.readers.keras.config import Argument, NamedTensor, PathStep


class Bound(NamedTuple):
    """A tensor that a nested model is called with, and the mask that travels beside it."""

    tensor: Port
    mask: Port | None = None


def pair_masks(
    tensors: Sequence[tuple[Argument, Port]], masks: Sequence[tuple[Argument, Port]]
) -> list[tuple[Argument, Bound]]:
    """Give each tensor of a call its mask.

    The `mask` argument has the structure of the argument that holds the tensors.
    """
    by_place: Mapping[tuple[PathStep, ...], Port] = {
        argument.path[1:]: mask for argument, mask in masks
    }
    return [
        (argument, Bound(tensor, by_place.get(argument.path[1:]))) for argument, tensor in tensors
    ]


def bind_inputs(
    inputs: Sequence[NamedTensor], given: Sequence[tuple[Argument, Bound]]
) -> list[Bound | None]:
    """Return a tensor for each input; None where the call gives none.

    A model whose inputs are a list can be called with a dictionary of their names; otherwise
    arguments and inputs have the same structure, and both were flattened in the same order.
    """
    names = [end.tensor.layer for end in inputs]
    by_name = {argument.path[-1]: bound for argument, bound in given}
    called_with_names = len(by_name) == len(given) and set(by_name) <= set(names)
    if called_with_names and not any(end.key for end in inputs):
        return [by_name.get(name) for name in names]
    by_key = {end.key for end in inputs}
    if len(by_key) == len(inputs) and len(by_name) == len(given) and set(by_name) <= by_key:
        return [by_name.get(end.key) for end in inputs]
    in_order: list[Bound | None] = [bound for _, bound in given]
    return [*in_order, *[None] * len(inputs)][: len(inputs)]
