"""The `slice` of JAX, which cuts all axes, and that of PyTorch, which cuts one."""

from __future__ import annotations

from graphscope.analysis.shape_rules.call import Rule, Shape, SizedCall, UnknownSizeError, as_wholes
from graphscope.graph.dimensions import add, ceil_divide, subtract

_TO_THE_END = 2**63 - 1
_SLICE = (("start", 0), ("end", _TO_THE_END), ("step", 1))


def _slice(call: SizedCall) -> Shape:
    return _slice_all(call) if "start_indices" in call.attributes else _slice_one(call)


def _slice_all(call: SizedCall) -> Shape:
    starts, limits = call.dimensions("start_indices"), call.dimensions("limit_indices")
    strides = call.attributes.get("strides")
    steps = (1,) * len(starts) if strides is None else as_wholes(strides)
    if not len(limits) == len(starts) == len(steps):
        raise UnknownSizeError
    return tuple(
        ceil_divide(subtract(limit, start), step)
        for limit, start, step in zip(limits, starts, steps, strict=True)
    )


def _slice_one(call: SizedCall) -> Shape:
    source, axis = list(call.argument(0)), call.whole("dim")
    start, end, step = (call.whole(name, default) for name, default in _SLICE)
    if not -len(source) <= axis < len(source):
        raise UnknownSizeError
    size = source[axis]
    begin = add(size, start) if start < 0 else start
    stop = add(size, end) if end < 0 else size if end >= _TO_THE_END else end
    source[axis] = ceil_divide(subtract(stop, begin), step)
    return tuple(source)


RULES: dict[str, Rule] = {"slice": _slice}
