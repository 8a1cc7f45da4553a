"""PyTorch's operations that combine elements along axes, normalise, sort or interpolate."""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names
from graphscope.analysis.costs.counts import (
    deviation,
    fourier,
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


def _extreme(call: Call) -> int:
    # `max` of one tensor goes along an axis, of two it compares them element by element.
    return call.made if len(call.arguments) > 1 else reduction(call)


def _normalization(call: Call) -> int:
    # native_layer_norm(x[, scale][, offset]): mean and variance as above, shift and scale, and
    # one more for each of scale and offset.
    return (5 + len(call.arguments)) * call.taken


def _batch_normalization(call: Call) -> int:
    # Scale and shift folded into one multiply-add; in training mean and variance on top.
    return (6 if call.settings.get("training") else 2) * call.taken


def _root_mean_square(call: Call) -> int:
    # Squares and their mean, scale; one more for the weight.
    return (2 + len(call.arguments)) * call.taken


def _update(call: Call) -> int:
    # One step for each element that is merged in; it is the last argument.
    return count_elements(call.argument(len(call.arguments) - 1))


def _put(call: Call) -> int:
    return _update(call) if call.settings.get("accumulate") else 0


def _linear(call: Call) -> int:
    # One interpolation of a subtraction, a product and a sum.
    return 3 * call.made


def _bilinear(call: Call) -> int:
    return 9 * call.made


def _bicubic(call: Call) -> int:
    # Four filters of four taps one way and one filter the other, 2 FLOPs a tap.
    return 40 * call.made


_REDUCTIONS = names("""
    sum prod all any amax amin argmax argmin nansum count_nonzero trace aminmax
""")
_SCANS = names("cumsum cumprod cummax cummin logcumsumexp bincount histc unique unique2 diff")
_UPDATES = names("scatter_add scatter_reduce index_add index_reduce")

RULES: dict[str, Rule] = {
    **dict.fromkeys(_REDUCTIONS, reduction),
    **dict.fromkeys(["max", "min"], _extreme),
    **dict.fromkeys(["mean", "nanmean"], mean),
    **dict.fromkeys(["var", "var_mean"], variance),
    **dict.fromkeys(["std", "std_mean"], deviation),
    **dict.fromkeys(["norm", "linalg_vector_norm", "linalg_norm"], norm),
    "logsumexp": log_sum_exp,
    **dict.fromkeys(["native_layer_norm", "native_group_norm"], _normalization),
    **dict.fromkeys(
        [
            "native_batch_norm",
            "native_batch_norm_legit",
            "native_batch_norm_legit_no_training",
            "cudnn_batch_norm",
        ],
        _batch_normalization,
    ),
    **dict.fromkeys(["rms_norm", "fused_rms_norm"], _root_mean_square),
    **dict.fromkeys(_SCANS, scan),
    **dict.fromkeys(["sort", "argsort", "median", "kthvalue"], sort),
    "topk": top_k,
    **dict.fromkeys(_UPDATES, _update),
    **dict.fromkeys(["index_put", "index_put_impl"], _put),
    "upsample_linear1d": _linear,
    **dict.fromkeys(["upsample_bilinear2d", "upsample_bilinear2d_aa"], _bilinear),
    "grid_sampler_2d": _bilinear,
    **dict.fromkeys(["upsample_bicubic2d", "upsample_bicubic2d_aa"], _bicubic),
    **dict.fromkeys(["fft_c2c", "fft_r2c", "fft_c2r"], fourier),
}
