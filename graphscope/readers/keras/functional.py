"""The calls of a functional model in an order in which they can run."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphscope.errors import ReadError
from graphscope.readers.keras.config import (
    Argument,
    Call,
    LayerConfig,
    ModelConfig,
    NamedTensor,
    TensorRef,
)
from graphscope.readers.keras.faults import Faults
from graphscope.readers.keras.plan import Back, Plan, Step
from graphscope.readers.keras.rings import find_ring
from graphscope.readers.text import name_range, quote

MAX_OUTPUTS = 10_000

_REMEDY = "The file was edited or damaged; save the model anew."


class _Key(NamedTuple):
    layer: LayerConfig
    call: int


def plan_functional(model: ModelConfig, owner: LayerConfig, faults: Faults) -> Plan:
    """Return all calls of the model, each after the calls it takes tensors from.

    Among calls that could run, the one that stands first in the file comes first.

    Args:
        model: a functional model.
        owner: the layer whose inside it is.
        faults: gets what is wrong: tensors of layers or calls that are missing, which are left
            out, and cycles, which are cut where the file closes them.
    """
    layers = {layer.name: layer for layer in model.layers}
    keys = [
        _Key(layer, call) for layer in model.layers for call in range(len(layer.emitting_calls))
    ]
    positions = {(key.layer.name, key.call): index for index, key in enumerate(keys)}
    inputs = _keep_ends(model.inputs, "input", layers, owner, faults)
    outputs = _keep_ends(model.outputs, "output", layers, owner, faults)
    calls = [_keep_arguments(key, layers, faults) for key in keys]
    sources = [
        {positions[each.tensor.layer, each.tensor.call] for each in call.tensors} for call in calls
    ]
    order, cut = _sort(sources)
    if cut:
        _report_ring(keys, find_ring(sources, cut), owner, faults)
    back = _cut(keys, calls, order, positions) if cut else ()
    declared = _declared(model)
    steps = []
    for index in order:
        layer, number = keys[index]
        known = declared.get((layer.name, number), {})
        steps.append(Step(layer, number, calls[index], known))
    return Plan(tuple(steps), inputs, outputs, back)


def _keep_ends(
    ends: tuple[NamedTensor, ...],
    which: str,
    layers: Mapping[str, LayerConfig],
    owner: LayerConfig,
    faults: Faults,
) -> tuple[NamedTensor, ...]:
    """Return the inputs or outputs that exist."""
    kept = []
    for end in ends:
        problem = _find_problem(end.tensor, layers)
        if problem:
            subject = f"Model {quote(owner.name)} names an {which}"
            faults.add(ReadError(f"{subject} {problem}.", _REMEDY), (owner,))
        else:
            kept.append(end)
    return tuple(kept)


def _keep_arguments(key: _Key, layers: Mapping[str, LayerConfig], faults: Faults) -> Call:
    """Return a call with the arguments that exist."""
    call = key.layer.emitting_calls[key.call]
    lost: list[Argument] = []
    for argument in call.tensors:
        problem = _find_problem(argument.tensor, layers)
        if problem:
            lost.append(argument)
            subject = f"Layer {quote(key.layer.name)} takes a tensor"
            faults.add(ReadError(f"{subject} {problem}.", _REMEDY), (key.layer,))
    return _without(call, lost) if lost else call


def _without(call: Call, lost: Sequence[Argument]) -> Call:
    gone = {id(argument) for argument in lost}
    return Call(tuple(each for each in call.tensors if id(each) not in gone), call.constants)


def _find_problem(tensor: TensorRef, layers: Mapping[str, LayerConfig]) -> str:
    """Return why a tensor does not exist, to stand after what names it; nothing if it may."""
    layer = layers.get(tensor.layer)
    if layer is None:
        return f"of layer {quote(tensor.layer)}, which the model does not have"
    calls = len(layer.emitting_calls)
    if not 0 <= tensor.call < calls:
        has = name_range(calls, "call")
        return f"of call {quote(tensor.call)} of layer {quote(tensor.layer)}, which has {has}"
    if not 0 <= tensor.output < MAX_OUTPUTS:
        return f"of output {quote(tensor.output)} of layer {quote(tensor.layer)}"
    return ""


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
        if 0 <= tensor.output < MAX_OUTPUTS:
            key = (tensor.layer, tensor.call)
            found.setdefault(key, {}).setdefault(tensor.output, tensor)
    return found


def _sort(sources: list[set[int]]) -> tuple[list[int], set[int]]:
    """Return the calls in an order in which they can run, and those that never can.

    Of these, the first in the file comes first, as if it did not wait for any other.
    """
    waiting = [len(found) for found in sources]
    consumers: list[list[int]] = [[] for _ in sources]
    for index, found in enumerate(sources):
        for source in found:
            consumers[source].append(index)
    ready = [index for index, count in enumerate(waiting) if not count]
    order: list[int] = []
    done: set[int] = set()
    stuck: set[int] = set()
    first = 0
    while len(order) < len(sources):
        if not ready:
            stuck = stuck or set(range(len(sources))) - done
            while first in done:
                first += 1
            ready.append(first)
        index = heapq.heappop(ready)
        order.append(index)
        done.add(index)
        for consumer in consumers[index]:
            waiting[consumer] -= 1
            if not waiting[consumer] and consumer not in done:
                heapq.heappush(ready, consumer)
    return order, stuck


def _cut(
    keys: Sequence[_Key],
    calls: list[Call],
    order: Sequence[int],
    positions: Mapping[tuple[str, int], int],
) -> tuple[Back, ...]:
    """Take what closes a ring out of the calls, and return it."""
    places = {index: place for place, index in enumerate(order)}
    found: list[Back] = []
    for target, call in enumerate(calls):
        late = [
            argument
            for argument in call.tensors
            if places[positions[argument.tensor.layer, argument.tensor.call]] >= places[target]
        ]
        if late:
            calls[target] = _without(call, late)
            layer, number = keys[target]
            found += [Back(argument.tensor, (layer.name, number)) for argument in late]
    return tuple(found)


def _report_ring(
    keys: Sequence[_Key], ring: Sequence[int], owner: LayerConfig, faults: Faults
) -> None:
    layers = [keys[index].layer for index in ring]
    names = [quote(layer.name, 30) for layer in layers]
    shown = " → ".join([*names[:6], *(["…"] if len(names) > 6 else []), names[0]])
    length = f"{len(ring):,} layers of model {quote(owner.name)} form" if len(ring) > 1 else (
        f"A layer of model {quote(owner.name)} forms"
    )  # fmt: skip
    error = ReadError(
        f"{length} a cycle: {shown}.",
        "A functional model cannot take its own output; the file was edited or damaged.",
    )
    faults.add(error, layers)
