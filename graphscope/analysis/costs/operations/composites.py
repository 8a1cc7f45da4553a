"""Keras operations that are several steps under one name, as files hold them.

Their figures are those of the steps on TensorFlow; see the modules beside this one.
"""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule
from graphscope.analysis.costs.operations.elementwise import per_element
from graphscope.analysis.costs.sizes import UnknownCostError, count_elements, known

_SOFTMAX = 5

_RESIZING = {"nearest": 0, "bilinear": 9, "bicubic": 40}
"""As ResizeBilinear and ResizeBicubic."""


def _attention(call: Call) -> int:
    # ops.dot_product_attention(query, key, value), each (batch, length, heads, features).
    if len(call.argument(0)) != 4 or len(call.argument(2)) != 4:
        raise UnknownCostError
    batch, queries, heads, features = (known(size) for size in call.argument(0))
    pairs = batch * heads * queries * call.axis(1, 1)
    # Products with the keys, their scale, softmax, products with the values.
    return pairs * (2 * features + 1 + _SOFTMAX + 2 * call.axis(2, -1))


def _resize(call: Call) -> int:
    name = call.settings.get("interpolation", "bilinear")
    if name not in _RESIZING:
        raise UnknownCostError
    return _RESIZING[name] * call.made


def _range(call: Call) -> int:
    # The largest minus the smallest.
    return 2 * call.taken - call.made


def _correlate(call: Call) -> int:
    # Each result is a product of the shorter line with a piece of the longer.
    return 2 * call.made * min(call.taken, count_elements(call.argument(1)))


RULES: dict[str, Rule] = {
    # Scale and shift are folded into one multiply-add.
    "BatchNorm": per_element(2),
    # Mean, squared difference (2) and its mean; then difference, two products, shift.
    "LayerNorm": per_element(8),
    "RMSNorm": per_element(4),
    "Normalize": per_element(3),
    "DotProductAttention": _attention,
    "Resize": _resize,
    "Ptp": _range,
    "Correlate": _correlate,
    "RGBToGrayscale": per_element(5),
    "Vander": per_element(1),
}
