"""Shape rules of layers that reshape, pad, crop, repeat and resize."""

from __future__ import annotations

from functools import partial

from graphscope.graph import Dimension
from graphscope.graph.dimensions import divide
from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import (
    IncompatibleError,
    Shape,
    axis_of,
    is_size,
    product,
    total,
)


def _flatten(call: LayerCall) -> list[Shape]:
    shape = call.input(at_least=1)
    return [(shape[0], product(shape[1:]))]


def _reshape(call: LayerCall) -> list[Shape]:
    shape = call.input(at_least=1)
    return [(shape[0], *fill(shape[1:], call.settings.wholes("target_shape")))]


def fill(source: Shape, target: tuple[int, ...]) -> Shape:
    """Return the target with its -1 replaced by what is left of the source.

    Raises:
        IncompatibleError: when the sizes do not agree.
    """
    if target.count(-1) > 1:
        raise IncompatibleError("only one size of a shape may be -1")
    known = product(size for size in target if size != -1)
    elements = product(source)
    if not is_size(elements) or not is_size(known):
        rest = divide(elements, known)
        return tuple(rest if size == -1 else size for size in target)
    if -1 not in target:
        if known != elements:
            raise IncompatibleError(f"{elements} elements do not fill a shape of {known}")
        return target
    if known == 0 or elements % known:
        raise IncompatibleError(f"{elements} elements cannot be split by {known}")
    return tuple(elements // known if size == -1 else size for size in target)


def _permute(call: LayerCall) -> list[Shape]:
    shape = call.input(at_least=1)
    axes = call.settings.wholes("dims")
    if sorted(axes) != list(range(1, len(shape))):
        raise IncompatibleError(f"dims {axes} do not permute rank {len(shape)}")
    return [(shape[0], *(shape[axis] for axis in axes))]


def _repeat_vector(call: LayerCall) -> list[Shape]:
    batch, features = call.input(2)
    return [(batch, call.settings.count("n"), features)]


def _pad(call: LayerCall, dimensions: int, key: str, sign: int) -> list[Shape]:
    sizes, axis = call.spatial(dimensions)
    default = 1 if dimensions == 2 and sign > 0 else (1 if dimensions != 2 else 0)
    margins = call.settings.margins(key, dimensions, default)
    changed = tuple(
        _grow(size, sign * (before + after))
        for size, (before, after) in zip(sizes, margins, strict=True)
    )
    return [call.with_spatial(changed, call.input()[axis])]


def _grow(size: Dimension, by: int) -> Dimension:
    grown = total([size, by])
    if is_size(grown) and grown <= 0 and by < 0:
        raise IncompatibleError(f"cropping {-by} leaves nothing of a size of {size}")
    return grown


def _up_sample(call: LayerCall, dimensions: int) -> list[Shape]:
    sizes, axis = call.spatial(dimensions)
    factors = call.settings.counts("size", dimensions, 2)
    grown = tuple(product(pair) for pair in zip(sizes, factors, strict=True))
    return [call.with_spatial(grown, call.input()[axis])]


def _resize(call: LayerCall) -> list[Shape]:
    call.input()
    return [
        _resized(call, shape) if _is_image(call, index) else shape
        for index, shape in enumerate(call.inputs)
    ]


def _is_image(call: LayerCall, index: int) -> bool:
    # Boxes and labels may come with the images, in a dictionary.
    names = [step for step in call.steps_to(index)[1:] if isinstance(step, str)]
    return not names or names[-1] in ("images", "segmentation_masks")


def _resized(call: LayerCall, shape: Shape) -> Shape:
    # The one family of layers that also takes a single image, without a batch.
    sizes = list(shape)
    if len(sizes) < 3:
        raise IncompatibleError(f"it takes rank 3 or more, not {len(sizes)}")
    height = axis_of(-2 if call.settings.channels_first() else -3, len(sizes))
    sizes[height] = call.settings.count("height")
    sizes[height + 1] = call.settings.count("width")
    return tuple(sizes)


RULES: dict[str, Rule] = {
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat_vector,
    **{f"ZeroPadding{n}D": partial(_pad, dimensions=n, key="padding", sign=1) for n in (1, 2, 3)},
    **{f"Cropping{n}D": partial(_pad, dimensions=n, key="cropping", sign=-1) for n in (1, 2, 3)},
    **{f"UpSampling{n}D": partial(_up_sample, dimensions=n) for n in (1, 2, 3)},
    "Resizing": _resize,
    "CenterCrop": _resize,
    "RandomCrop": _resize,
}
