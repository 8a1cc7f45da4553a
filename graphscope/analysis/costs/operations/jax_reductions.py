"""JAX's primitives that combine elements along axes, sort them or merge them into others.

What PyTorch calls by the same name stands in `torch_reductions`.
"""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names
from graphscope.analysis.costs.counts import fourier, reduction, scan, top_k
from graphscope.analysis.costs.sizes import count_elements


def _update(call: Call) -> int:
    # One step for each element that is merged in: scatter_add(x, indices, updates).
    return count_elements(call.argument(2))


_REDUCTIONS = names("""
    reduce reduce_and reduce_max reduce_min reduce_or reduce_prod reduce_sum reduce_xor
""")
_SCANS = names("cumlogsumexp")
_UPDATES = names("""
    scatter-add scatter-max scatter-min scatter-mul scatter-sub scatter_max scatter_min scatter_mul
    scatter_sub
""")

RULES: dict[str, Rule] = {
    **dict.fromkeys(_REDUCTIONS, reduction),
    **dict.fromkeys(_SCANS, scan),
    **dict.fromkeys(_UPDATES, _update),
    "top_k": top_k,
    "fft": fourier,
}
"""By primitive."""
