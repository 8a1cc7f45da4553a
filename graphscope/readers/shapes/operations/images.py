"""Shape rules of operations on images, matrices and signals."""

from __future__ import annotations

from typing import Any

from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, divide, floor_divide, multiply
from graphscope.graph.windows import spread
from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import Shape, axis_of, slide
from graphscope.readers.shapes.operations.operands import (
    find_operand,
    find_setting,
    is_whole,
)
from graphscope.readers.shapes.settings import Settings


def _spatial(call: LayerCall) -> tuple[Shape, Dimension]:
    """Return the sizes of the space, and the channels."""
    shape = call.input(at_least=3)
    if call.settings.channels_first():
        return shape[2:], shape[1]
    return shape[1:-1], shape[-1]


def _placed(call: LayerCall, sizes: Shape, channels: Dimension) -> list[Shape]:
    return [call.with_spatial(sizes, channels)]


def _pool(call: LayerCall) -> list[Shape]:
    sizes, channels = _spatial(call)
    settings = _settled(call, pool_size=1, strides=2, padding=3)
    pool = settings.counts("pool_size", len(sizes))
    steps = pool if settings.get("strides") is None else settings.counts("strides", len(sizes))
    padding = settings.text("padding", "valid")
    slid = zip(sizes, pool, steps, strict=True)
    pooled = [slide(size, window=reach, stride=by, padding=padding) for size, reach, by in slid]
    return _placed(call, tuple(pooled), channels)


def _settled(call: LayerCall, **places: int) -> Settings:
    """Return the settings with those that an old file keeps among the arguments."""
    found = {name: find_setting(call, name, place) for name, place in places.items()}
    given = {name: value for name, value in found.items() if value is not None}
    return Settings(
        call.settings.layer, call.settings.class_name, {**call.settings.values, **given}
    )


def _convolve(call: LayerCall) -> list[Shape] | None:
    sizes, channels = _spatial(call)
    kernel = find_operand(call, 1, "kernel")
    if kernel is None or len(kernel) != len(sizes) + 2:
        return None
    windows = [size for size in kernel[: len(sizes)] if isinstance(size, int)]
    if len(windows) < len(sizes):
        return None
    if call.settings.class_name == "ConvTranspose":
        return _placed(call, _transposed(call, sizes, windows), kernel[-2])
    settings = _settled(call, strides=2, padding=3)
    moved = zip(
        sizes,
        windows,
        settings.counts("strides", len(sizes)),
        settings.counts("dilation_rate", len(sizes)),
        strict=True,
    )
    padding = settings.text("padding", "valid")
    slid = [
        slide(size, window=window, stride=stride, padding=padding, dilation=rate)
        for size, window, stride, rate in moved
    ]
    is_depthwise = call.settings.class_name == "DepthwiseConv"
    return _placed(
        call, tuple(slid), multiply(channels, kernel[-1]) if is_depthwise else kernel[-1]
    )


def _transposed(call: LayerCall, sizes: Shape, windows: list[int]) -> Shape:
    strides = call.settings.counts("strides", len(sizes))
    rates = call.settings.counts("dilation_rate", len(sizes))
    if call.settings.get("output_padding") is not None:
        return (None,) * len(sizes)
    same = call.settings.text("padding", "valid") == "same"
    return tuple(
        multiply(size, stride)
        if same
        else spread(size, stride=stride, reach=max((window - 1) * rate + 1, stride))
        for size, window, stride, rate in zip(sizes, windows, strides, rates, strict=True)
    )


def _axes(call: LayerCall) -> tuple[int, int, int]:
    """Return the axes of height, width and channels."""
    rank = len(call.input(at_least=3))
    if call.settings.channels_first():
        return rank - 2, rank - 1, rank - 3
    return rank - 3, rank - 2, rank - 1


def _with(shape: Shape, sizes: dict[int, Dimension]) -> list[Shape]:
    return [tuple(sizes.get(axis, size) for axis, size in enumerate(shape))]


def _resize(call: LayerCall) -> list[Shape] | None:
    height, width, _ = _axes(call)
    size = find_setting(call, "size", 1)
    if not isinstance(size, list) or len(size) != 2 or not all(map(is_whole, size)):
        return None
    return _with(call.input(), {height: size[0], width: size[1]})


def _to_grey(call: LayerCall) -> list[Shape]:
    return _with(call.input(), {_axes(call)[2]: 1})


def _margins(call: LayerCall, kind: str, sign: int) -> list[Shape] | None:
    shape, (height, width, _) = call.input(), _axes(call)
    sizes: dict[int, Dimension] = {}
    for axis, target, sides in (
        (height, "target_height", ("top", "bottom")),
        (width, "target_width", ("left", "right")),
    ):
        stated = call.settings.get(target)
        margins = [call.settings.get(f"{side}_{kind}") for side in sides]
        if is_whole(stated):
            sizes[axis] = stated
        elif all(map(is_whole, margins)):
            sizes[axis] = add(shape[axis], sign * sum(margins))
        else:
            return None
    return _with(shape, sizes)


def _patches(call: LayerCall) -> list[Shape] | None:
    shape, (height, width, depth) = call.input(), _axes(call)
    settings = _settled(call, size=1, strides=2, dilation_rate=3, padding=4)
    windows = settings.counts("size", 2)
    steps = windows if settings.get("strides") is None else settings.counts("strides", 2)
    rate = settings.count("dilation_rate", 1)
    padding = settings.text("padding", "valid")
    sizes = [
        slide(shape[axis], window=window, stride=step, padding=padding, dilation=rate)
        for axis, window, step in zip((height, width), windows, steps, strict=True)
    ]
    held = multiply(shape[depth], *windows)
    return _with(shape, {height: sizes[0], width: sizes[1], depth: held})


def _shuffle(call: LayerCall) -> list[Shape] | None:
    shape, (height, width, depth) = call.input(), _axes(call)
    block = find_setting(call, "block_size", 1)
    if not is_whole(block) or block < 1:
        return None
    if call.settings.class_name == "DepthToSpace":
        sizes = [multiply(shape[axis], block) for axis in (height, width)]
        channels = divide(shape[depth], block * block)
    else:
        sizes = [divide(shape[axis], block) for axis in (height, width)]
        channels = multiply(shape[depth], block * block)
    return _with(shape, {height: sizes[0], width: sizes[1], depth: channels})


def _halve(call: LayerCall) -> list[Shape] | None:
    shape, axis = call.input(at_least=1), find_setting(call, "axis", 1)
    axis = -1 if axis is None else axis
    if not is_whole(axis):
        return None
    place = axis_of(axis, len(shape))
    return _with(shape, {place: divide(shape[place], 2)})


def _attend(call: LayerCall) -> list[Shape] | None:
    query, value = find_operand(call, 0, "query"), find_operand(call, 2, "value")
    return None if query is None or not value else [(*query[:-1], value[-1])]


def _cross_entropy(call: LayerCall) -> list[Shape] | None:
    output = find_operand(call, 1, "output")
    axis = call.settings.get("axis")
    return None if output is None or axis not in (None, -1) else [output[:-1]]


def _scalar(call: LayerCall) -> list[Shape]:
    call.input()
    return [()]


def _factors(call: LayerCall) -> list[Shape] | None:
    *batch, rows, columns = call.input(at_least=2)
    inner: Dimension = rows if rows == columns else None
    if isinstance(rows, int) and isinstance(columns, int):
        inner = min(rows, columns)
    match call.settings.class_name:
        case "Det":
            return [tuple(batch)]
        case "Eigh" | "Eig":
            return [(*batch, rows), (*batch, rows, columns)]
        case "LuFactor":
            return [call.input(), (*batch, inner)]
        case "Qr":
            width = rows if call.settings.text("mode", "reduced") == "complete" else inner
            height = rows if call.settings.text("mode", "reduced") == "complete" else inner
            return [(*batch, rows, width), (*batch, height, columns)]
    if not call.settings.flag("compute_uv", default=True):
        return [(*batch, inner)]
    full = call.settings.flag("full_matrices", default=True)
    left, right = (rows, columns) if full else (inner, inner)
    return [(*batch, rows, left), (*batch, inner), (*batch, right, columns)]


def _transform(call: LayerCall) -> list[Shape]:
    return [call.input(), call.input()]


def _real_transform(call: LayerCall) -> list[Shape] | None:
    *batch, size = call.input(at_least=1)
    points: Any = find_setting(call, "fft_length", 1)
    if points is not None and not is_whole(points):
        return None
    points = size if points is None else points
    if call.settings.class_name == "IRFFT":
        given = call.settings.get("fft_length")
        return [(*batch, add(multiply(size, 2), -2) if given is None else points)]
    shape = (*batch, add(floor_divide(points, 2), 1))
    return [shape, shape]


def _windowed(call: LayerCall) -> list[Shape]:
    *batch, size = call.input(at_least=1)
    settings = _settled(call, sequence_length=1, sequence_stride=2, fft_length=3)
    points = settings.count("fft_length")
    padded = add(size, points // 2 * 2) if settings.flag("center", default=True) else size
    stride = settings.count("sequence_stride")
    shape = (*batch, slide(padded, window=points, stride=stride, padding="valid"), points // 2 + 1)
    return [shape, shape]


RULES: dict[str, Rule] = {
    **dict.fromkeys(("MaxPool", "AveragePool"), _pool),
    **dict.fromkeys(("Conv", "DepthwiseConv", "ConvTranspose"), _convolve),
    **dict.fromkeys(("CategoricalCrossentropy", "SparseCategoricalCrossentropy"), _cross_entropy),
    **dict.fromkeys(("DepthToSpace", "SpaceToDepth"), _shuffle),
    **dict.fromkeys(("Det", "Eig", "Eigh", "LuFactor", "Qr", "SVD"), _factors),
    **dict.fromkeys(("FFT", "FFT2", "IFFT2"), _transform),
    **dict.fromkeys(("RFFT", "IRFFT"), _real_transform),
    "CropImages": lambda call: _margins(call, "cropping", -1),
    "DotProductAttention": _attend,
    "ExtractPatches": _patches,
    "Glu": _halve,
    "PSNR": _scalar,
    "PadImages": lambda call: _margins(call, "padding", 1),
    "RGBToGrayscale": _to_grey,
    "Resize": _resize,
    "STFT": _windowed,
}
