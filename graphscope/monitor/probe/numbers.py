"""Statistics of tensors, in the operations of whichever backend trains.

All are float32 scalars. Non-finite numbers are counted and left out of the rest, so that one NaN
does not hide what the others are.
"""

from __future__ import annotations

import math
from typing import Any

BINS = 30
SAMPLES = 32
"""Rows of a batch that activations are looked at; a unit that is 0 for all of them counts as dead.
"""
_SPREAD = 4096
"""Numbers that a histogram is made of."""

_END = 0.0067
"""Of the range, at either end: a sigmoid is there from |z| = 5 on, where DeepDiagnosis
(arXiv 2112.04036) calls it saturated; a tanh from |z| = 2.5 on."""
RANGES = {"sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0),
          "hard_tanh": (-1.0, 1.0)}  # fmt: skip
"""Of activations that flatten at both ends."""

Numbers = dict[str, Any]


def first_rows(tensor: Any) -> Any:
    """Return the rows of a batch that are looked at."""
    return tensor[:SAMPLES] if len(tensor.shape) > 1 else tensor


def _clean(tensor: Any) -> tuple[Any, Any]:
    """Return a tensor as float32 with 0 for what is not finite, and a mask of what is."""
    from keras import ops

    values = ops.cast(tensor, "float32")
    finite = ops.isfinite(values)
    return ops.where(finite, values, ops.zeros_like(values)), ops.cast(finite, "float32")


def _moments(values: Any, finite: Any) -> Numbers:
    from keras import ops

    count = ops.maximum(ops.sum(finite), 1.0)
    mean = ops.sum(values) / count
    variance = ops.sum(finite * ops.square(values - mean)) / count
    # Where something is not finite its place holds 0, which must not become an extreme.
    return {
        "mean": mean,
        "std": ops.sqrt(variance),
        "min": ops.min(ops.where(finite > 0, values, mean + ops.zeros_like(values))),
        "max": ops.max(ops.where(finite > 0, values, mean + ops.zeros_like(values))),
    }


def _counts(tensor: Any) -> Numbers:
    from keras import ops

    values = ops.cast(tensor, "float32")
    return {
        "nan_count": ops.sum(ops.cast(ops.isnan(values), "float32")),
        "inf_count": ops.sum(ops.cast(ops.isinf(values), "float32")),
    }


def of_tensor(tensor: Any) -> Numbers:
    """Return what is told of inputs, targets and outputs."""
    return {**_moments(*_clean(tensor)), **_counts(tensor)}


def of_activation(tensor: Any, activation: str | None) -> Numbers:
    """Return what is told of what a layer returned."""
    from keras import ops

    rows = first_rows(tensor)
    values, finite = _clean(rows)
    moments = _moments(values, finite)
    found = {f"activation_{name}": value for name, value in moments.items()}
    found |= _counts(rows)
    is_zero = ops.cast(ops.equal(ops.cast(rows, "float32"), 0.0), "float32")
    found["zero_share"] = ops.mean(is_zero)
    if len(rows.shape) > 1:
        axes = tuple(range(len(rows.shape) - 1))
        found["dead_share"] = ops.mean(ops.min(is_zero, axis=axes))
    if activation in RANGES:
        low, high = RANGES[activation]
        margin = _END * (high - low)
        is_end = ops.logical_or(values < low + margin, values > high - margin)
        found["saturated_share"] = ops.mean(ops.cast(is_end, "float32"))
    return found


def of_choice(tensor: Any) -> Numbers:
    """Return which outputs are largest: the share of the most frequent one, and how many are."""
    from keras import ops

    width = tensor.shape[-1]
    if len(tensor.shape) < 2 or width is None or width < 2:
        return {}
    flat = ops.reshape(ops.cast(tensor, "float32"), (-1, width))
    chosen = ops.sum(ops.one_hot(ops.argmax(flat, axis=-1), width, dtype="float32"), axis=0)
    return {
        "top_share": ops.max(chosen) / ops.maximum(ops.sum(chosen), 1.0),
        "distinct_top": ops.sum(ops.cast(chosen > 0, "float32")),
    }


def of_gradients(gradients: list[Any]) -> Numbers:
    """Return what is told of the gradients of one layer's weights; of none when none arrives."""
    from keras import ops

    if not gradients:
        return {"has_gradient": ops.zeros((), "float32")}
    cleaned = [_clean(gradient) for gradient in gradients]
    counts = [_counts(gradient) for gradient in gradients]
    total = sum(ops.sum(finite) for _, finite in cleaned)
    zeros = sum(ops.sum(finite * ops.cast(ops.equal(v, 0.0), "float32")) for v, finite in cleaned)
    return {
        "has_gradient": ops.ones((), "float32"),
        "gradient_norm": ops.sqrt(sum(ops.sum(ops.square(values)) for values, _ in cleaned)),
        "gradient_zero_share": zeros / ops.maximum(total, 1.0),
        "gradient_nan_count": sum(each["nan_count"] for each in counts),
        "gradient_inf_count": sum(each["inf_count"] for each in counts),
    }


def of_update(before: list[Any], after: list[Any]) -> Numbers:
    """Return what is told of the weights of one layer and of how a step changed them."""
    from keras import ops

    weight = ops.sqrt(sum(ops.sum(ops.square(ops.cast(w, "float32"))) for w in before))
    moved = [
        ops.cast(new, "float32") - ops.cast(old, "float32")
        for old, new in zip(before, after, strict=True)
    ]
    update = ops.sqrt(sum(ops.sum(ops.square(each)) for each in moved))
    # A weight of 0, as biases start, has no ratio that says anything: 1e-12 keeps it finite.
    return {
        "weight_norm": weight,
        "update_norm": update,
        "update_ratio": update / ops.maximum(weight, 1e-12),
    }


def spread(tensor: Any) -> Any:
    """Return a histogram as one vector: lowest, highest, then `BINS` counts, shape (BINS + 2,)."""
    from keras import ops

    flat = _thinned(tensor)
    values, finite = _clean(flat)
    low = ops.min(ops.where(finite > 0, values, ops.max(values) + ops.zeros_like(values)))
    high = ops.max(ops.where(finite > 0, values, low + ops.zeros_like(values)))
    width = ops.maximum(high - low, 1e-30)
    index = ops.cast(ops.clip((values - low) / width * BINS, 0, BINS - 1), "int32")
    counts = ops.sum(ops.one_hot(index, BINS, dtype="float32") * finite[:, None], axis=0)
    return ops.concatenate([ops.stack([low, high]), counts])


def _thinned(tensor: Any) -> Any:
    """Return a part of a tensor's numbers, evenly taken where its size is known."""
    from keras import ops

    extents = list(tensor.shape)
    size = None if any(extent is None for extent in extents) else math.prod(extents)
    flat = ops.reshape(tensor, (-1,))
    if size is None:
        return flat[:_SPREAD]
    return flat[:: max(1, -(-size // _SPREAD))]
