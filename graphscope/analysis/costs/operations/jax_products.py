"""JAX's matrix products, convolutions and pooling: 2 FLOPs for each multiply-add."""

from __future__ import annotations

from math import prod
from typing import Any

from graphscope.analysis.costs.call import Call, Rule, as_int, as_ints, axis_size
from graphscope.analysis.costs.sizes import UnknownCostError, known


def _dot_general(call: Call) -> int:
    # ((contracted axes of the left, of the right), (batch axes of the left, of the right))
    numbers = call.settings.get("dimension_numbers")
    try:
        contracted = as_ints(numbers[0][0])  # type: ignore[index]  # from a file: may be anything
    except (IndexError, KeyError, TypeError):
        raise UnknownCostError from None
    left = call.argument(0)
    return 2 * call.made * prod(axis_size(left, axis) for axis in contracted)


def _convolution(call: Call) -> int:
    # A convolution whose input is dilated (transposed, or the gradient of one with strides)
    # spreads each element of the input over the window; between them are zeros.
    kernel = call.argument(1)
    outer, inner, *_ = _kernel_axes(call)
    elements = prod(known(size) for size in kernel)
    if prod(as_ints(call.settings.get("lhs_dilation", 1))) > 1:
        groups = as_int(call.settings.get("feature_group_count", 1))
        batches = as_int(call.settings.get("batch_group_count", 1))
        channels = axis_size(kernel, inner)
        return 2 * call.taken * elements // max(1, channels * groups * batches)
    return 2 * call.made * elements // max(1, axis_size(kernel, outer))


def _kernel_axes(call: Call) -> tuple[int, ...]:
    """Return the axes of a kernel: those of output and of input channels, then its window's."""
    numbers: Any = call.settings.get("dimension_numbers")
    axes = as_ints(numbers.get("rhs_spec")) if isinstance(numbers, dict) else ()
    if len(axes) < 2:
        raise UnknownCostError
    return axes


def _pooling(call: Call) -> int:
    return call.made * prod(as_ints(call.settings.get("window_dimensions")))


def _pooling_gradient(call: Call) -> int:
    # Each window is looked through for the element that was chosen.
    return call.taken * prod(as_ints(call.settings.get("window_dimensions")))


def _cholesky(call: Call) -> int:
    # n**3 / 3 for each matrix (Golub and Van Loan, Matrix Computations, 4.2).
    return call.taken * call.axis(0, -1) // 3


def _triangular_solve(call: Call) -> int:
    # n**2 for each right-hand side (3.1); each has n elements.
    return call.made * call.axis(0, -1)


def _lu(call: Call) -> int:
    # 2/3 n**3 (3.2).
    return 2 * call.taken * call.axis(0, -1) // 3


_WINDOWS = ("reduce_window_max", "reduce_window_min", "reduce_window_sum", "reduce_window")

RULES: dict[str, Rule] = {
    "dot_general": _dot_general,
    "ragged_dot_general": _dot_general,
    "conv_general_dilated": _convolution,
    **dict.fromkeys(_WINDOWS, _pooling),
    "select_and_scatter_add": _pooling_gradient,
    "select_and_gather_add": _pooling_gradient,
    "cholesky": _cholesky,
    "triangular_solve": _triangular_solve,
    "lu": _lu,
}
"""By primitive."""
