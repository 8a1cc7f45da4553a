"""JAX's primitives that combine elements along axes, sort them or merge them into others.

What PyTorch calls by the same name stands in `torch_reductions`.
"""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names
from graphscope.analysis.costs.sizes import UnknownCostError, count_elements


def _reduction(call: Call) -> int:
    # n elements take n - 1 steps for each result (tf.profiler).
    return max(0, call.taken - call.made)


def _scan(call: Call) -> int:
    return call.taken


def _top_k(call: Call) -> int:
    # A heap of the k best: log2 k comparisons for each element.
    return call.taken * _log2(call.result()[-1] if call.result() else None)


def _log2(size: int | None) -> int:
    if size is None:
        raise UnknownCostError
    return max(1, (size - 1).bit_length())


def _update(call: Call) -> int:
    # One step for each element that is merged in: scatter_add(x, indices, updates).
    return count_elements(call.argument(2))


def _fourier(call: Call) -> int:
    # 5 n log2 n, the customary count of FFT benchmarks.
    width = max(call.axis(0, -1), call.result()[-1] or 0)
    return 5 * max(call.taken, call.made) * _log2(width)


_REDUCTIONS = names("""
    reduce reduce_and reduce_max reduce_min reduce_or reduce_prod reduce_sum reduce_xor
""")
_SCANS = names("cumlogsumexp")
_UPDATES = names("""
    scatter-add scatter-max scatter-min scatter-mul scatter-sub scatter_max scatter_min scatter_mul
    scatter_sub
""")

RULES: dict[str, Rule] = {
    **dict.fromkeys(_REDUCTIONS, _reduction),
    **dict.fromkeys(_SCANS, _scan),
    **dict.fromkeys(_UPDATES, _update),
    "top_k": _top_k,
    "fft": _fourier,
}
"""By primitive."""
