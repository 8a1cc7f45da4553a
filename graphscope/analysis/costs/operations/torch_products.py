"""PyTorch's matrix products, convolutions, attention and pooling: 2 FLOPs for each multiply-add.

The products and convolutions agree with `torch.utils.flop_counter`; what it leaves out (biases,
softmax, pooling) is counted as for the other backends.
"""

from __future__ import annotations

from math import prod

from graphscope.analysis.costs.call import Call, Rule, as_ints
from graphscope.analysis.costs.sizes import UnknownCostError, count_elements, known


def _product(call: Call) -> int:
    # mm, bmm, mv(left, right)
    return 2 * call.made * call.axis(0, -1)


def _sum_and_product(call: Call) -> int:
    # addmm, baddbmm, addmv(added, left, right)
    return 2 * call.made * call.axis(1, -1) + call.made


def _dot(call: Call) -> int:
    return 2 * call.taken


def _outer(call: Call) -> int:
    return call.made


def _convolution(call: Call) -> int:
    # A kernel is (output channels, input channels / groups, *window), the other way round when
    # the convolution is transposed: then each element of the input is spread over the window.
    fan = prod(known(size) for size in call.argument(1)[1:])
    places = call.taken if call.settings.get("transposed") else call.made
    has_bias = len(call.arguments) > 2
    return 2 * places * fan + (call.made if has_bias else 0)


def _attention(call: Call) -> int:
    # (query, key, value[, mask]): scores, scale, mask, softmax, and the weighted values.
    *batch, queries, width = (known(size) for size in call.argument(0))
    keys, value_width = call.axis(1, -2), call.axis(2, -1)
    scores = prod(batch) * queries * keys
    has_mask = len(call.arguments) > 3
    return 2 * scores * (width + value_width) + (6 + has_mask) * scores


def _pooling(call: Call) -> int:
    window = call.settings.get("kernel_size")
    if window is None:
        raise UnknownCostError
    sizes = as_ints(window)
    axes = _pooled_axes(call.type)
    return call.made * prod(sizes * axes if len(sizes) == 1 else sizes)


def _pooled_axes(type_: str) -> int:
    return next((number for number in (3, 2, 1) if f"pool{number}d" in type_), 1)


def _adaptive_pooling(call: Call) -> int:
    return call.taken


def _convolution_gradient(call: Call) -> int:
    # (gradient, input, kernel): with respect to the input, and to the kernel.
    fan = prod(known(size) for size in call.argument(2)[1:])
    is_transposed = call.settings.get("transposed")
    places = count_elements(call.argument(1)) if is_transposed else call.taken
    return 4 * places * fan


RULES: dict[str, Rule] = {
    **dict.fromkeys(["mm", "bmm", "mv"], _product),
    **dict.fromkeys(["addmm", "baddbmm", "addmv", "addbmm"], _sum_and_product),
    **dict.fromkeys(["dot", "vdot"], _dot),
    **dict.fromkeys(["ger", "outer"], _outer),
    "convolution": _convolution,
    "convolution_backward": _convolution_gradient,
    **dict.fromkeys(
        [
            "scaled_dot_product_flash_attention_for_cpu",
            "scaled_dot_product_flash_attention",
            "scaled_dot_product_efficient_attention",
            "scaled_dot_product_cudnn_attention",
            "scaled_dot_product_attention_math",
        ],
        _attention,
    ),
    **dict.fromkeys(
        [
            "max_pool2d_with_indices",
            "max_pool3d_with_indices",
            "avg_pool1d",
            "avg_pool2d",
            "avg_pool3d",
        ],
        _pooling,
    ),
    **dict.fromkeys(
        [
            "adaptive_avg_pool2d",
            "adaptive_avg_pool3d",
            "adaptive_max_pool2d",
            "adaptive_max_pool3d",
        ],
        _adaptive_pooling,
    ),
}
