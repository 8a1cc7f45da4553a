"""Layers without matrices: activations, merges, pooling, reshapes, regularization."""

from __future__ import annotations

from math import isqrt, prod

from graphscope.analysis.costs.call import Call, Rule, as_int, names
from graphscope.analysis.costs.layers.activations import activation_flops
from graphscope.analysis.costs.layers.dense import window_size
from graphscope.analysis.costs.operations.elementwise import per_element
from graphscope.analysis.costs.sizes import UnknownCostError, known

# Nothing is computed, or nothing at inference: regularization and augmentation rest.
_FREE = names("""
    InputLayer Identity Flatten Reshape Permute RepeatVector Masking
    ZeroPadding1D ZeroPadding2D
    ZeroPadding3D Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling3D CenterCrop Concatenate
    Dropout AlphaDropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D
    SpatialDropout3D ActivityRegularization StringLookup IntegerLookup Hashing HashedCrossing
    TextVectorization RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast
    RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue
    RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
    RandomSharpness RandomShear RandomTranslation RandomZoom RandAugment AugMix CutMix MixUp
    PositionEmbedding CategoryEncoding
""")


def _nothing(_call: Call) -> int:
    return 0


def _activation(call: Call) -> int:
    return call.made * activation_flops(call.settings.get("activation"))


def _relu(call: Call) -> int:
    # A ceiling other than that of Relu6 adds a comparison.
    return call.made * (1 if call.settings.get("max_value") in (None, 6) else 2)


def _parametric_relu(call: Call) -> int:
    # max(x, 0) - alpha * max(-x, 0)
    return 5 * call.made + sum(prod(known(size) for size in weight) for weight in call.weights)


def _merge(call: Call) -> int:
    return call.made * max(0, len(call.arguments) - 1)


def _average(call: Call) -> int:
    return call.made * len(call.arguments)


def _dot(call: Call) -> int:
    # Elements that meet in each result: all of one factor over all of the results it has part in.
    left, right, made = call.taken, prod(known(size) for size in call.argument(1)), call.made
    batch = max(1, call.axis(0, 0))
    pairs = (left // batch) * (right // batch)
    per_result = max(1, made // batch)
    summed = isqrt(pairs // per_result)
    norm = 3 * (left + right) if call.settings.get("normalize") else 0
    return 2 * made * summed + norm


def _pooling(call: Call) -> int:
    return call.made * window_size(call, "pool_size")


def _global_average(call: Call) -> int:
    return call.taken


def _global_maximum(call: Call) -> int:
    return call.taken - call.made


def _interpolation(call: Call) -> int:
    return call.made * _interpolation_flops(call.settings.get("interpolation", "nearest"))


def _resizing(call: Call) -> int:
    return call.made * _interpolation_flops(call.settings.get("interpolation", "bilinear"))


def _interpolation_flops(name: object) -> int:
    # As ResizeBilinear and ResizeBicubic among the operations.
    known_names = {"nearest": 0, "bilinear": 9, "bicubic": 40}
    if name not in known_names:
        raise UnknownCostError
    return known_names[str(name)]


def _discretization(call: Call) -> int:
    edges = call.settings.get("bin_boundaries")
    count = (
        len(edges) if isinstance(edges, (list, tuple)) else as_int(call.settings.get("num_bins"))
    )
    return call.made * max(1, count.bit_length())


def _by_rank(rule: Rule, *patterns: str) -> dict[str, Rule]:
    return {pattern.format(rank): rule for pattern in patterns for rank in "123"}


RULES: dict[str, Rule] = {
    **dict.fromkeys(_FREE, _nothing),
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": per_element(1),
    "PReLU": _parametric_relu,
    "ELU": per_element(1),
    "ThresholdedReLU": per_element(2),
    "Softmax": per_element(5),
    **dict.fromkeys(["Add", "Subtract", "Multiply", "Maximum", "Minimum"], _merge),
    "Average": _average,
    "Dot": _dot,
    **_by_rank(_pooling, "MaxPooling{}D", "AveragePooling{}D"),
    **_by_rank(_global_average, "GlobalAveragePooling{}D", "AdaptiveAveragePooling{}D"),
    **_by_rank(_global_maximum, "GlobalMaxPooling{}D", "AdaptiveMaxPooling{}D"),
    "UpSampling2D": _interpolation,
    "Resizing": _resizing,
    "Discretization": _discretization,
}
