"""Normalization layers at inference, operation by operation as Keras computes them."""

from __future__ import annotations

from math import prod

from graphscope.analysis.costs.call import Call, Rule, as_int, as_ints, axis_size
from graphscope.analysis.costs.sizes import known

# Mean, squared difference (2), mean of that.
_MOMENTS = 4
# Adding epsilon, then a reciprocal square root (2).
_INVERSE_DEVIATION = 3


def _batch(call: Call) -> int:
    # x * inv + shift, where inv and shift are computed for each channel.
    channels = axis_size(call.argument(0), as_int(call.settings.get("axis", -1)))
    has_scale = bool(call.settings.get("scale", True))
    return 2 * call.made + channels * (_INVERSE_DEVIATION + has_scale + 2)


def _layer(call: Call) -> int:
    rows = call.made // max(1, _normalized_size(call))
    has_scale = bool(call.settings.get("scale", True))
    has_shift = bool(call.settings.get("center", True))
    if call.settings.get("rms_scaling"):
        return call.made * (_MOMENTS + 1 + has_scale) + rows * _INVERSE_DEVIATION
    # With a scale, inv has every element from there on; so has the shift with an offset.
    wide = call.made if has_scale else rows
    per_row = rows * (_INVERSE_DEVIATION + 1)
    return call.made * (_MOMENTS + 2 + has_shift) + wide * (1 + has_scale) + per_row


def _root_mean_square(call: Call) -> int:
    # Square, mean, times the inverse root, times the scale.
    rows = call.made // max(1, _normalized_size(call))
    return call.made * 4 + rows * _INVERSE_DEVIATION


def _group(call: Call) -> int:
    batch = call.axis(0, 0)
    channels = axis_size(call.argument(0), as_int(call.settings.get("axis", -1)))
    groups = as_int(call.settings.get("groups", 32))
    rows = batch * (channels if groups == -1 else groups)
    has_scale = bool(call.settings.get("scale", True))
    has_shift = bool(call.settings.get("center", True))
    wide = batch * channels if has_scale else rows
    shift = batch * channels if has_shift else 0
    per_row = rows * (_INVERSE_DEVIATION + 1)
    return call.made * (_MOMENTS + 2) + wide * (1 + has_scale) + shift + per_row


def _unit(call: Call) -> int:
    # Squares, their sum, the inverse root with a ceiling, a product.
    return 3 * call.made + 2 * (call.made // max(1, _normalized_size(call)))


def _shift_and_scale(call: Call) -> int:
    return 2 * call.made


def _normalized_size(call: Call) -> int:
    sizes = call.argument(0)
    return prod(known(axis_size(sizes, axis)) for axis in as_ints(call.settings.get("axis", -1)))


RULES: dict[str, Rule] = {
    "BatchNormalization": _batch,
    "LayerNormalization": _layer,
    "RMSNormalization": _root_mean_square,
    "GroupNormalization": _group,
    "UnitNormalization": _unit,
    "Normalization": _shift_and_scale,
    "Rescaling": _shift_and_scale,
}
