"""Which argument of a call goes to which input of a nested model."""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.graph import Port
from graphscope.readers.config import Argument, NamedTensor


def bind_inputs(
    inputs: Sequence[NamedTensor], given: Sequence[tuple[Argument, Port]]
) -> list[Port | None]:
    """Return a tensor for each input; None where the call gives none.

    A model whose inputs are a list can be called with a dictionary of their names; otherwise
    arguments and inputs have the same structure, and both were flattened in the same order.
    """
    names = [end.tensor.layer for end in inputs]
    by_name = {argument.path[-1]: port for argument, port in given}
    called_with_names = len(by_name) == len(given) and set(by_name) <= set(names)
    if called_with_names and not any(end.key for end in inputs):
        return [by_name.get(name) for name in names]
    by_key = {end.key for end in inputs}
    if len(by_key) == len(inputs) and len(by_name) == len(given) and set(by_name) <= by_key:
        return [by_name.get(end.key) for end in inputs]
    ports: list[Port | None] = [port for _, port in given]
    return [*ports, *[None] * len(inputs)][: len(inputs)]
