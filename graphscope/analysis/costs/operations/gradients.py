"""Operations that TensorFlow has for gradients alone."""

from __future__ import annotations

from math import prod

from graphscope.analysis.costs.call import Call, Rule, as_ints, names
from graphscope.analysis.costs.operations.elementwise import per_element
from graphscope.analysis.costs.sizes import UnknownCostError, count_elements

_MASKED = names("ReluGrad Relu6Grad LeakyReluGrad SeluGrad EluGrad SoftsignGrad")
"""A comparison or product for each element."""

_FUNCTIONS = {
    # dy * y * (1 - y); dy * (1 - y * y); dy / (1 + exp(-x)); dy * y / 2; -dy * y * y
    "SigmoidGrad": 3,
    "TanhGrad": 3,
    "SoftplusGrad": 4,
    "SqrtGrad": 2,
    "InvGrad": 3,
    "ReciprocalGrad": 3,
}


def _window(call: Call) -> int:
    window = call.settings.get("ksize")
    if window is None:
        raise UnknownCostError
    return prod(as_ints(window))


def _average_pooling(call: Call) -> int:
    # AvgPoolGrad(shape, dy): each gradient is spread over its window (tf.profiler).
    return count_elements(call.argument(1)) * (_window(call) + 1)


def _maximum_pooling(call: Call) -> int:
    # MaxPoolGrad(x, y, dy): the maximum is looked for once more (tf.profiler).
    return count_elements(call.argument(2)) * (_window(call) + 1)


def _batch_normalization(call: Call) -> int:
    # Two sums over products with x, then x and the mean put in: 8 for each element.
    return 8 * call.taken


def _bilinear(call: Call) -> int:
    # Each gradient goes to four places, by a product and a sum.
    return 8 * call.taken


RULES: dict[str, Rule] = {
    **dict.fromkeys(_MASKED, per_element(1)),
    **{name: per_element(flops) for name, flops in _FUNCTIONS.items()},
    **dict.fromkeys(["AvgPoolGrad", "AvgPool3DGrad"], _average_pooling),
    **dict.fromkeys(["MaxPoolGrad", "MaxPool3DGrad", "MaxPoolGradV2"], _maximum_pooling),
    **dict.fromkeys(
        ["FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"],
        _batch_normalization,
    ),
    "ResizeBilinearGrad": _bilinear,
}
