"""Operations that combine elements along axes, sort them, or interpolate between them."""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names
from graphscope.analysis.costs.sizes import UnknownCostError, count_elements


def _reduction(call: Call) -> int:
    # n elements take n - 1 steps for each result (tf.profiler).
    return max(0, call.taken - call.made)


def _mean(call: Call) -> int:
    # One division for each result on top.
    return call.taken


def _variance(call: Call) -> int:
    # Mean, squared difference (2), mean.
    return 4 * call.taken


def _deviation(call: Call) -> int:
    return 4 * call.taken + call.made


def _norm(call: Call) -> int:
    # Squares, their sum, roots.
    return 2 * call.taken


def _log_sum_exp(call: Call) -> int:
    # Maximum, shift, exponential, sum; then logarithm and shift back.
    return 4 * call.taken + 2 * call.made


def _scan(call: Call) -> int:
    return call.taken


def _sort(call: Call) -> int:
    # n log2 n comparisons for each line along the last axis.
    return call.taken * _log2(call.axis(0, -1))


def _top_k(call: Call) -> int:
    # A heap of the k best: log2 k comparisons for each element.
    return call.taken * _log2(call.result()[-1] if call.result() else None)


def _log2(size: int | None) -> int:
    if size is None:
        raise UnknownCostError
    return max(1, (size - 1).bit_length())


def _search(call: Call) -> int:
    # Halving: log2 n comparisons for each value that is looked up. The sorted line is the longer
    # side of the call in Digitize(x, bins) and the first argument elsewhere.
    line, values = (1, 0) if call.type == "Digitize" else (0, 1)
    return count_elements(call.argument(values)) * _log2(call.axis(line, -1))


def _update(call: Call) -> int:
    # One step for each element that is merged in: scatter_add(x, indices, updates).
    return count_elements(call.argument(2))


def _fused_batch_norm(call: Call) -> int:
    # Scale and shift folded into one multiply-add; in training mean and variance on top.
    per_element = 6 if call.settings.get("is_training", True) else 2
    return per_element * call.taken


def _bilinear(call: Call) -> int:
    # Three linear interpolations of a subtraction, a product and a sum.
    return 9 * call.made


def _bicubic(call: Call) -> int:
    # Four filters of four taps one way and one filter the other, 2 FLOPs a tap.
    return 40 * call.made


_REDUCTIONS = names("""
    Sum Prod Max Min All Any ArgMax ArgMin BiasAddGrad CountNonzero
    Amax Amin Argmax Argmin Nansum Nanmax Nanmin Nanprod Nanargmax Nanargmin Trace
""")

# Keras finds these by sorting.
_SORTED = names("""
    Median Nanmedian Quantile Nanquantile Percentile Nanpercentile Argpartition
""")

_SCANS = names("""
    Cumsum Cumprod CumulativeLogsumexp SegmentSum SegmentMax SegmentMin SegmentProd SegmentMean
    UnsortedSegmentSum UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd Bincount
    DenseBincount SparseSegmentSum SparseSegmentMean SparseSegmentSqrtN Diff Nancumsum Nancumprod
    Histogram SegmentReduction Trapezoid SparseReduceSum SparseReduceMax SparseTensorDenseAdd
    Nonzero
""")

_UPDATES = names("""
    TensorScatterAdd TensorScatterSub TensorScatterMax TensorScatterMin ScatterAdd
    ResourceScatterAdd
""")

RULES: dict[str, Rule] = {
    **dict.fromkeys(_REDUCTIONS, _reduction),
    **dict.fromkeys(_SCANS, _scan),
    **dict.fromkeys(_UPDATES, _update),
    **dict.fromkeys(["Mean", "Nanmean", "Average"], _mean),
    **dict.fromkeys(["Var", "Nanvar", "Moments"], _variance),
    **dict.fromkeys(["Std", "Nanstd"], _deviation),
    **dict.fromkeys(["Sort", "Argsort", *_SORTED], _sort),
    **dict.fromkeys(["SearchSorted", "LowerBound", "UpperBound", "Digitize"], _search),
    **dict.fromkeys(["Unique", "UniqueV2", "UniqueWithCounts", "InTopK", "InTopKV2"], _scan),
    **dict.fromkeys(["Norm"], _norm),
    **dict.fromkeys(["TopK", "TopKV2"], _top_k),
    **dict.fromkeys(["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"], _fused_batch_norm),
    **dict.fromkeys(["ResizeBilinear", "CropAndResize"], _bilinear),
    "ResizeBicubic": _bicubic,
    "Logsumexp": _log_sum_exp,
    "EuclideanNorm": _norm,
}
