"""Shape rules of pooling layers."""

from __future__ import annotations

from functools import partial

from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import Shape, slide


def _pooling(call: LayerCall, dimensions: int) -> list[Shape]:
    sizes, axis = call.spatial(dimensions)
    settings = call.settings
    pool = settings.counts("pool_size", dimensions, 2)
    # Without strides a pool steps by its own size.
    strides = pool if settings.get("strides") is None else settings.counts("strides", dimensions)
    padding = settings.padding()
    pooled = tuple(
        slide(size, window=window, stride=stride, padding=padding)
        for size, window, stride in zip(sizes, pool, strides, strict=True)
    )
    return [call.with_spatial(pooled, call.input()[axis])]


def _global_pooling(call: LayerCall, dimensions: int) -> list[Shape]:
    shape = call.input(dimensions + 2)
    _, axis = call.spatial(dimensions)
    if call.settings.flag("keepdims"):
        return [call.with_spatial((1,) * dimensions, shape[axis])]
    return [(shape[0], shape[axis])]


def _adaptive_pooling(call: LayerCall, dimensions: int) -> list[Shape]:
    _, axis = call.spatial(dimensions)
    sizes = call.settings.counts("output_size", dimensions)
    return [call.with_spatial(sizes, call.input()[axis])]


RULES: dict[str, Rule] = {
    f"{prefix}{kind}Pooling{dimensions}D": partial(rule, dimensions=dimensions)
    for prefix, rule in (
        ("", _pooling),
        ("Global", _global_pooling),
        ("Adaptive", _adaptive_pooling),
    )
    for kind in ("Max", "Average")
    for dimensions in (1, 2, 3)
}
