"""Operations that combine elements along axes, sort them, or interpolate between them."""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names
from graphscope.analysis.costs.counts import (
    deviation,
    log2,
    log_sum_exp,
    mean,
    norm,
    reduction,
    scan,
    sort,
    top_k,
    variance,
)
from graphscope.analysis.costs.sizes import count_elements


def _search(call: Call) -> int:
    # Halving: log2 n comparisons for each value that is looked up. The sorted line is the longer
    # side of the call in Digitize(x, bins) and the first argument elsewhere.
    line, values = (1, 0) if call.type == "Digitize" else (0, 1)
    return count_elements(call.argument(values)) * log2(call.axis(line, -1))


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
    **dict.fromkeys(_REDUCTIONS, reduction),
    **dict.fromkeys(_SCANS, scan),
    **dict.fromkeys(_UPDATES, _update),
    **dict.fromkeys(["Mean", "Nanmean", "Average"], mean),
    **dict.fromkeys(["Var", "Nanvar", "Moments"], variance),
    **dict.fromkeys(["Std", "Nanstd"], deviation),
    **dict.fromkeys(["Sort", "Argsort", *_SORTED], sort),
    **dict.fromkeys(["SearchSorted", "LowerBound", "UpperBound", "Digitize"], _search),
    **dict.fromkeys(["Unique", "UniqueV2", "UniqueWithCounts", "InTopK", "InTopKV2"], scan),
    **dict.fromkeys(["Norm"], norm),
    **dict.fromkeys(["TopK", "TopKV2"], top_k),
    **dict.fromkeys(["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"], _fused_batch_norm),
    **dict.fromkeys(["ResizeBilinear", "CropAndResize"], _bilinear),
    "ResizeBicubic": _bicubic,
    "Logsumexp": log_sum_exp,
    "EuclideanNorm": norm,
}
