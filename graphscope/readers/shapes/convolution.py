"""Shape rules of convolutions."""

from __future__ import annotations

from functools import partial

from graphscope.graph import Dimension
from graphscope.graph.windows import spread
from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import IncompatibleError, Shape, is_size, product, slide
from graphscope.readers.shapes.settings import Settings


def windows(sizes: Shape, settings: Settings, *, default: str = "valid") -> Shape:
    """Return the spatial sizes after a convolution."""
    rank = len(sizes)
    kernel = settings.counts("kernel_size", rank)
    strides = settings.counts("strides", rank)
    dilation = settings.counts("dilation_rate", rank)
    padding = settings.padding(default, causal=rank == 1)
    return tuple(
        slide(size, window=window, stride=stride, padding=padding, dilation=rate)
        for size, window, stride, rate in zip(sizes, kernel, strides, dilation, strict=True)
    )


def _convolution(call: LayerCall, dimensions: int) -> list[Shape]:
    sizes, axis = call.spatial(dimensions)
    filters = call.settings.count("filters")
    groups = call.settings.count("groups", 1)
    for count, noun in ((filters, "filters"), (call.input()[axis], "channels")):
        if is_size(count) and count % groups:
            raise IncompatibleError(f"{count} {noun} cannot be split into {groups} groups")
    return [call.with_spatial(windows(sizes, call.settings), filters)]


def _depthwise(call: LayerCall, dimensions: int) -> list[Shape]:
    sizes, axis = call.spatial(dimensions)
    channels = product([call.input()[axis], call.settings.count("depth_multiplier", 1)])
    return [call.with_spatial(windows(sizes, call.settings), channels)]


def _transposed(call: LayerCall, dimensions: int) -> list[Shape]:
    sizes, _ = call.spatial(dimensions)
    settings = call.settings
    kernel = settings.counts("kernel_size", dimensions)
    strides = settings.counts("strides", dimensions)
    dilation = settings.counts("dilation_rate", dimensions)
    extra = _output_padding(settings, dimensions)
    same = settings.padding() == "same"
    spread = tuple(
        _spread(size, (window - 1) * rate + 1, stride, more, same=same)
        for size, window, stride, rate, more in zip(
            sizes, kernel, strides, dilation, extra, strict=True
        )
    )
    return [call.with_spatial(spread, settings.count("filters"))]


def _output_padding(settings: Settings, dimensions: int) -> tuple[int | None, ...]:
    if settings.get("output_padding") is None:
        return (None,) * dimensions
    found = settings.wholes("output_padding")
    return found * dimensions if len(found) == 1 else (*found, None, None)[:dimensions]


def _spread(
    size: Dimension, reach: int, stride: int, extra: int | None, *, same: bool
) -> Dimension:
    if extra is None:
        if same:
            return product([size, stride])
        return spread(size, stride=stride, reach=max(reach, stride))
    return spread(size, stride=stride, reach=(reach % 2 if same else reach) + extra)


RULES: dict[str, Rule] = {
    f"{prefix}Conv{dimensions}D{suffix}": partial(rule, dimensions=dimensions)
    for prefix, suffix, rule, ranks in (
        ("", "", _convolution, (1, 2, 3)),
        ("Separable", "", _convolution, (1, 2)),
        ("Depthwise", "", _depthwise, (1, 2)),
        ("", "Transpose", _transposed, (1, 2, 3)),
    )
    for dimensions in ranks
}
