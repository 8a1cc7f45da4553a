"""Shape rules of the layers that keep a shape or change its last dimension, and of lookups."""

from __future__ import annotations

from graphscope.graph import Dimension
from graphscope.graph.dimensions import floor_divide
from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import (
    IncompatibleError,
    Shape,
    axis_of,
    product,
    slide,
    total,
)

# Layers whose output has the shape of their first input, whatever they are configured with.
_KEEPING = """
    Dropout AlphaDropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D
    SpatialDropout3D ActivityRegularization Masking Activation ReLU LeakyReLU PReLU ELU Softmax
    Rescaling
""".split()  # noqa: SIM905 - a paragraph of names reads better than a column

# Those that also need the axes that they work along.
_KEEPING_ALONG_AXES = """
    BatchNormalization LayerNormalization GroupNormalization RMSNormalization UnitNormalization
    Normalization
""".split()  # noqa: SIM905 - as above

# Layers that return the structure they are called with, such as images with boxes and labels.
_KEEPING_ALL = """
    Identity AugMix AutoContrast CLAHE CutMix Equalization MixUp RandAugment
    RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast
    RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue
    RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
    RandomSharpness RandomShear RandomTranslation RandomZoom Solarization
    ContrastLimitedAdaptiveHistogramEqualization
""".split()  # noqa: SIM905 - a paragraph of names reads better than a column


def _keep(call: LayerCall) -> list[Shape]:
    return [call.input()]


def _keep_along_axes(call: LayerCall) -> list[Shape]:
    shape = call.input()
    if call.settings.get("axis") is not None:
        for axis in call.settings.wholes("axis"):
            axis_of(axis, len(shape))
    return [shape]


def _keep_all(call: LayerCall) -> list[Shape]:
    call.input()
    return list(call.inputs)


def _limit_boxes(call: LayerCall) -> list[Shape]:
    most = call.settings.count("max_number")
    return [
        (shape[0], most, *shape[2:])
        if len(shape) > 1 and "bounding_boxes" in call.steps_to(index)
        else shape
        for index, shape in enumerate(call.inputs)
    ]


def _dense(call: LayerCall) -> list[Shape]:
    units = call.settings.count("units")
    return [(*call.input(at_least=2)[:-1], units)]


def _embedding(call: LayerCall) -> list[Shape]:
    return [(*call.input(), call.settings.count("output_dim"))]


def _reversible_embedding(call: LayerCall) -> list[Shape]:
    if call.arguments.get("reverse") is True:
        return [(*call.input(at_least=1)[:-1], call.settings.count("input_dim"))]
    return _embedding(call)


def _einsum_dense(call: LayerCall) -> list[Shape]:
    source, target = einsum_letters(call.settings.text("equation", ""), len(call.input()))
    sizes: dict[str, Dimension] = dict(zip(source, call.input(), strict=True))
    declared = call.settings.get("output_shape")
    declared = declared if isinstance(declared, list) else [declared]
    # The declared shape leaves the batch out, and the dimensions of an ellipsis too.
    given = dict(zip(reversed(target), reversed(declared), strict=False))
    return [
        tuple(
            sizes[letter] if letter in sizes else _declared_size(given.get(letter))
            for letter in target
        )
    ]


def einsum_letters(equation: str, rank: int) -> tuple[list[str], list[str]]:
    """Return the letters of the input and of the output; digits stand for what an ellipsis covers.

    Raises:
        IncompatibleError: when it is no such equation, or does not take tensors of this rank.
    """
    inputs, arrow, target = equation.replace(" ", "").partition("->")
    source, comma, _ = inputs.partition(",")
    if not arrow or not comma:
        raise IncompatibleError(f"{equation[:60]!r} is no equation of two tensors")
    spare = rank - len(source.replace("...", ""))
    if spare < 0 or (spare and "..." not in source):
        raise IncompatibleError(f"{equation[:60]!r} does not take rank {rank}")
    # Digits cannot be letters of an equation, so they stand for what the ellipsis covers.
    covered = [f"{index}" for index in range(spare)]
    return _expand(source, covered), _expand(target, covered)


def _expand(letters: str, covered: list[str]) -> list[str]:
    before, ellipsis, after = letters.partition("...")
    return [*before, *(covered if ellipsis else ()), *after]


def _declared_size(size: object) -> Dimension:
    return size if isinstance(size, int) and not isinstance(size, bool) else None


def _category_encoding(call: LayerCall) -> list[Shape]:
    shape, tokens = call.input(), call.settings.count("num_tokens")
    if call.settings.text("output_mode", "multi_hot") == "one_hot":
        return [_one_hot(shape, tokens)]
    return [(*shape[:-1], tokens)]


def _discretization(call: LayerCall) -> list[Shape] | None:
    shape, mode = call.input(), call.settings.text("output_mode", "int")
    if mode == "int":
        return [shape]
    boundaries = call.settings.get("bin_boundaries")
    bins = len(boundaries) + 1 if isinstance(boundaries, list) else call.settings.count("num_bins")
    if mode == "one_hot":
        return [_one_hot(shape, bins)]
    # Keras drops the second dimension here; see its Discretization.compute_output_shape.
    return [(shape[0], *shape[2:], bins)] if len(shape) > 1 else [(bins,)]


def _lookup(call: LayerCall) -> list[Shape] | None:
    shape, mode = call.input(), call.settings.text("output_mode", "int")
    if mode == "int":
        return [shape]
    depth = _vocabulary_size(call)
    return [_one_hot(shape, depth) if mode == "one_hot" else (*shape[:-1], depth)]


def _vocabulary_size(call: LayerCall) -> Dimension:
    depth = call.settings.get("max_tokens")
    if not call.settings.flag("pad_to_max_tokens") or not isinstance(depth, int):
        # Older versions of Keras keep the vocabulary as an asset and do not say how long it is.
        depth = call.settings.get("vocabulary_size")
    return depth if isinstance(depth, int) and not isinstance(depth, bool) else None


def _one_hot(shape: Shape, depth: Dimension) -> Shape:
    return (*shape[:-1], depth) if len(shape) > 1 and shape[-1] == 1 else (*shape, depth)


def _hashing(call: LayerCall) -> list[Shape]:
    shape = call.input()
    if call.settings.text("output_mode", "int") == "int":
        return [shape]
    return [(*shape[:-1], call.settings.count("num_bins"))]


def _hashed_crossing(call: LayerCall) -> list[Shape]:
    shape, mode = call.input(), call.settings.text("output_mode", "int")
    if mode == "int":
        return [shape]
    bins = call.settings.count("num_bins")
    if mode == "one_hot" and shape and shape[-1] != 1:
        return [(*shape, bins)]
    return [(*shape[:-1], bins)]


def _text_vectorization(call: LayerCall) -> list[Shape] | None:
    mode = call.settings.text("output_mode", "int")
    if mode != "int":
        shape = call.input(at_least=1)
        if call.settings.get("split") is not None:
            shape = (*shape, None)
        elif len(shape) == 1:
            shape = (*shape, 1)
        return [(*shape[:-1], _vocabulary_size(call))]
    length = call.settings.get("output_sequence_length")
    return [(call.input(at_least=1)[0], length if isinstance(length, int) else None)]


def _mel_spectrogram(call: LayerCall) -> list[Shape]:
    *batch, samples = call.input(at_least=1)
    bins, stride = call.settings.count("num_mel_bins", 128), _stride(call)
    frames = floor_divide(total([samples, stride + 1]), stride)
    return [(*batch, bins, frames)]


def _stride(call: LayerCall) -> int:
    if call.settings.get("sequence_stride") is None:
        return 1
    return call.settings.count("sequence_stride")


def _stft_spectrogram(call: LayerCall) -> list[Shape]:
    (samples,), axis = call.spatial(1)
    settings = call.settings
    length = settings.count("frame_length", 256)
    step = length // 2 or 1 if settings.get("frame_step") is None else settings.count("frame_step")
    # Without a length of its own the transform takes the next power of two.
    points = 1 << (length - 1).bit_length()
    if settings.get("fft_length") is not None:
        points = settings.count("fft_length")
    bins = (points // 2 + 1) * (2 if settings.text("mode", "log") == "stft" else 1)
    padding = settings.padding()
    frames = slide(samples, window=length, stride=step, padding=padding)
    batch, channels = call.input()[0], call.input()[axis]
    if not settings.flag("expand_dims"):
        return [call.with_spatial((frames,), product([bins, channels]))]
    if settings.channels_first():
        return [(batch, channels, frames, bins)]
    return [(batch, frames, bins, channels)]


def _wrapped(call: LayerCall) -> list[Shape] | None:
    found = call.infer(call.settings.layer_inside(), call.inputs)
    return None if found is None else list(found)


def _lambda(call: LayerCall) -> list[Shape] | None:
    # Only a shape that was written down counts; a function for it is code, which is not run.
    declared = call.settings.get("output_shape")
    if not isinstance(declared, list) or not all(
        size is None or isinstance(size, int) for size in declared
    ):
        return None
    return [(call.input(at_least=1)[0], *declared)]


RULES: dict[str, Rule] = {
    **dict.fromkeys(_KEEPING, _keep),
    **dict.fromkeys(_KEEPING_ALONG_AXES, _keep_along_axes),
    **dict.fromkeys(_KEEPING_ALL, _keep_all),
    "MaxNumBoundingBoxes": _limit_boxes,
    "Dense": _dense,
    "Embedding": _embedding,
    "ReversibleEmbedding": _reversible_embedding,
    "EinsumDense": _einsum_dense,
    "CategoryEncoding": _category_encoding,
    "Discretization": _discretization,
    "IntegerLookup": _lookup,
    "StringLookup": _lookup,
    "Hashing": _hashing,
    "HashedCrossing": _hashed_crossing,
    "TextVectorization": _text_vectorization,
    "MelSpectrogram": _mel_spectrogram,
    "STFTSpectrogram": _stft_spectrogram,
    "SpectralNormalization": _wrapped,
    "Wrapper": _wrapped,
    "Lambda": _lambda,
}
