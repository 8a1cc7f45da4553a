"""FLOPs that operations of several backends have in common."""

from __future__ import annotations

from graphscope.analysis.costs.call import Call
from graphscope.analysis.costs.sizes import UnknownCostError


def reduction(call: Call) -> int:
    """Combine elements: n of them take n - 1 steps for each result (tf.profiler)."""
    return max(0, call.taken - call.made)


def mean(call: Call) -> int:
    """Add up and divide: one division for each result on top of the sum."""
    return call.taken


def variance(call: Call) -> int:
    """Mean, squared difference (2), mean."""
    return 4 * call.taken


def deviation(call: Call) -> int:
    """A variance and a root for each result."""
    return 4 * call.taken + call.made


def norm(call: Call) -> int:
    """Squares, their sum, roots."""
    return 2 * call.taken


def log_sum_exp(call: Call) -> int:
    """Maximum, shift, exponential, sum; then logarithm and shift back."""
    return 4 * call.taken + 2 * call.made


def scan(call: Call) -> int:
    """One step for each element."""
    return call.taken


def sort(call: Call) -> int:
    """n log2 n comparisons for each line along the last axis."""
    return call.taken * log2(call.axis(0, -1))


def top_k(call: Call) -> int:
    """A heap of the k best: log2 k comparisons for each element."""
    return call.taken * log2(call.result()[-1] if call.result() else None)


def log2(size: int | None) -> int:
    """Return the logarithm to the base 2, rounded up; at least 1.

    Raises:
        UnknownCostError: when the size is not known.
    """
    if size is None:
        raise UnknownCostError
    return max(1, (size - 1).bit_length())


def fourier(call: Call) -> int:
    """5 n log2 n, the customary count of FFT benchmarks."""
    width = max(call.axis(0, -1), call.result()[-1] or 0)
    return 5 * max(call.taken, call.made) * log2(width)
