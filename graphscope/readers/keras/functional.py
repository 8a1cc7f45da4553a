"""The calls of a functional model in an order in which they can run."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import NamedTuple

from graphscope.errors import ReadError
from graphscope.readers.keras.config import LayerConfig, ModelConfig, TensorRef
from graphscope.readers.keras.plan import Plan, Step
from graphscope.readers.text import quote

MAX_OUTPUTS = 10_000

_REMEDY = "The file was edited or damaged; save the model anew."


class _Key(NamedTuple):
    layer: LayerConfig
    call: int


def plan_functional(model: ModelConfig, name: str) -> Plan:
    """Return all calls of the model, each after the calls it takes tensors from.

    Among calls that could run, the one that stands first in the file comes first.

    Args:
        model: a functional model.
        name: its name, for messages.

    Raises:
        ReadError: when a tensor comes from a layer or call that is missing, or the calls form a
            cycle.
    """
    layers = {layer.name: layer for layer in model.layers}
    for end in (*model.inputs, *model.outputs):
        _require(end.tensor, layers, f"Model {quote(name)} names an input or output")
    keys = [
        _Key(layer, call) for layer in model.layers for call in range(len(layer.emitting_calls))
    ]
    positions = {(key.layer.name, key.call): index for index, key in enumerate(keys)}
    sources = [_sources(key, layers, positions) for key in keys]
    order = _sort(sources)
    if len(order) < len(keys):
        raise _cycle_error(keys, sources, set(order), name)
    declared = _declared(model)
    steps = tuple(
        Step(
            layer,
            call,
            layer.emitting_calls[call],
            declared.get((layer.name, call), {}),
        )
        for layer, call in (keys[index] for index in order)
    )
    return Plan(steps, model.inputs, model.outputs)


def _sources(
    key: _Key, layers: dict[str, LayerConfig], positions: dict[tuple[str, int], int]
) -> set[int]:
    found: set[int] = set()
    for argument in key.layer.emitting_calls[key.call].tensors:
        _require(argument.tensor, layers, f"Layer {quote(key.layer.name)} takes a tensor")
        found.add(positions[argument.tensor.layer, argument.tensor.call])
    return found


def _require(tensor: TensorRef, layers: dict[str, LayerConfig], subject: str) -> None:
    layer = layers.get(tensor.layer)
    if layer is None:
        raise ReadError(
            f"{subject} of layer {quote(tensor.layer)}, which the model does not have.", _REMEDY
        )
    calls = len(layer.emitting_calls)
    if not 0 <= tensor.call < calls:
        raise ReadError(
            f"{subject} of call {tensor.call} of layer {quote(tensor.layer)}, which has "
            f"{calls} calls, counted from 0.",
            _REMEDY,
        )
    if not 0 <= tensor.output < MAX_OUTPUTS:
        raise ReadError(
            f"{subject} of output {tensor.output} of layer {quote(tensor.layer)}.", _REMEDY
        )


def _declared(model: ModelConfig) -> dict[tuple[str, int], dict[int, TensorRef]]:
    """Return what the file says about each output, at the first place where it is used."""
    found: dict[tuple[str, int], dict[int, TensorRef]] = {}
    references = [
        argument.tensor
        for layer in model.layers
        for call in layer.calls
        for argument in call.tensors
    ]
    for tensor in [*references, *(end.tensor for end in model.outputs)]:
        found.setdefault((tensor.layer, tensor.call), {}).setdefault(tensor.output, tensor)
    return found


def _sort(sources: list[set[int]]) -> list[int]:
    waiting = [len(found) for found in sources]
    consumers: list[list[int]] = [[] for _ in sources]
    for index, found in enumerate(sources):
        for source in found:
            consumers[source].append(index)
    ready = [index for index, count in enumerate(waiting) if not count]
    order: list[int] = []
    while ready:
        index = heapq.heappop(ready)
        order.append(index)
        for consumer in consumers[index]:
            waiting[consumer] -= 1
            if not waiting[consumer]:
                heapq.heappush(ready, consumer)
    return order


def _cycle_error(keys: list[_Key], sources: list[set[int]], done: set[int], name: str) -> ReadError:
    cycle = [quote(keys[index].layer.name, 30) for index in _walk_cycle(sources, done)]
    shown = " → ".join([*cycle[:6], *(["…"] if len(cycle) > 6 else []), cycle[0]])
    length = f"{len(cycle):,} layers of model {quote(name)} form" if len(cycle) > 1 else (
        f"A layer of model {quote(name)} forms"
    )  # fmt: skip
    return ReadError(
        f"{length} a cycle: {shown}.",
        "A functional model cannot take its own output; the file was edited or damaged.",
    )


def _walk_cycle(sources: list[set[int]], done: set[int]) -> Iterator[int]:
    """Yield one cycle among the calls that never became ready, in the direction of the data."""
    current = next(index for index in range(len(sources)) if index not in done)
    trail: dict[int, int] = {}
    while current not in trail:
        trail[current] = len(trail)
        current = min(source for source in sources[current] if source not in done)
    start = trail[current]
    yield from reversed([index for index, place in trail.items() if place >= start])
