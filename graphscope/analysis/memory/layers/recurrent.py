"""Recurrent layers: the steps of one trip, inside a loop over time."""

from __future__ import annotations

from dataclasses import replace

from graphscope.analysis.memory.expansion import Expansion
from graphscope.analysis.memory.program import Loop
from graphscope.graph import Dimension, TensorSpec

GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
"""Blocks of `units` columns in the kernel of each class."""


def recur(call: Expansion) -> int:
    """Write a recurrent layer."""
    x = call.inputs[0]
    shape, units = call.spec(x).shape, call.config.get("units")
    gates = GATES.get(call.type)
    if shape is None or len(shape) < 3 or not isinstance(units, int) or gates is None:
        return call.assume()[0]
    batch, steps = shape[0], shape[1]
    by_time = call.step("Transpose", [x], call.like(steps, batch, *shape[2:]))
    collected = call.step("TensorListReserve", [], call.result)
    inside = replace(call, loops=(*call.loops, Loop(f"{call.node}#steps", steps)))
    state = call.like(batch, units)
    wide = call.like(batch, gates * units)
    frame = inside.step("TensorListGetItem", [by_time], call.like(batch, *shape[2:]))
    before = inside.step("TensorListReserve", [], state)
    from_input = inside.step("MatMul", [frame], wide, weights=1)
    from_state = inside.step("MatMul", [before], wide, weights=1)
    total = inside.step(
        "BiasAdd", [inside.step("AddV2", [from_input, from_state], wide)], wide, weights=1
    )
    made = _gate(inside, call.type, total, before, state)
    stored = inside.step("TensorListSetItem", [collected, made])
    return call.step("TensorListStack", [stored])


def step_cell(call: Expansion) -> int:
    """Write one step of a cell: it takes its input and its states."""
    name, batch = call.type.removesuffix("Cell"), (call.result.shape or (None,))[0]
    units = call.config.get("units")
    if not isinstance(units, int) or len(call.inputs) < 2:
        return call.assume()[0]
    wide = call.like(batch, GATES[name] * units)
    from_input = call.step("MatMul", call.inputs[:1], wide, weights=1)
    from_state = call.step("MatMul", call.inputs[1:2], wide, weights=1)
    total = call.step("AddV2", [from_input, from_state], wide)
    if call.config.get("use_bias", True):
        total = call.step("BiasAdd", [total], wide, weights=1)
    return _gate(call, name, total, call.inputs[-1], call.like(batch, units))


def _gate(call: Expansion, name: str, total: int, before: int, state: TensorSpec) -> int:
    if name == "SimpleRNN":
        return call.step("Tanh", [total], state)
    if name == "GRU":
        update = call.step("Sigmoid", [total], state)
        reset = call.step("Sigmoid", [total], state)
        candidate = call.step("Tanh", [call.step("Mul", [reset, total], state)], state)
        kept = call.step("Mul", [update, before], state)
        rest = call.step("Mul", [call.step("Sub", [update], state), candidate], state)
        return call.step("AddV2", [kept, rest], state)
    keep = call.step("Sigmoid", [total], state)
    take = call.step("Sigmoid", [total], state)
    show = call.step("Sigmoid", [total], state)
    candidate = call.step("Tanh", [total], state)
    held = call.step("Mul", [keep, before], state)
    carry = call.step("AddV2", [held, call.step("Mul", [take, candidate], state)], state)
    return call.step("Mul", [show, call.step("Tanh", [carry], state)], state)


def recur_both_ways(call: Expansion) -> int:
    """Write a recurrent layer that runs in both directions."""
    name, config = call.wrapped()
    if name not in GATES:
        return call.assume()[0]
    shape = call.result.shape
    half: Dimension = None
    if shape and isinstance(shape[-1], int):
        half = shape[-1] // 2 if call.config.get("merge_mode", "concat") == "concat" else shape[-1]
    one = call.like(*shape[:-1], half) if shape else call.result
    middle = len(call.weights) // 2
    ways = [
        recur(call.inner(name, config, results=(one,), weights=weights))
        for weights in (call.weights[:middle], call.weights[middle:])
    ]
    return call.step("ConcatV2", ways)
