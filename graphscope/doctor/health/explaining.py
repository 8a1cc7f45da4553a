"""Which causes, found by the checks, explain which sickness of a training.

By mechanism: what makes numbers too large ends in dead or saturated units, in a loss that jumps or
grows, or in NaN; what takes the gradient or the signal away ends in a loss that stands still.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphscope.doctor.findings import Diagnosis, Severity

VALIDATION = frozenset(
    {"validation-distribution-differs", "train-eval-gap", "overfitting", "data-leakage"}
)
"""Symptoms that concern validation alone: what spoils training does not explain them."""

_STILL = frozenset(
    {"no-learning", "slow-or-stalled-loss", "underfitting", "learning-rate-too-low",
     "vanishing-gradient", "update-ratio-out-of-range", "class-collapse", "class-imbalance"}
)  # fmt: skip
_CUT_OFF = frozenset({"no-gradient", "symmetric-weights"})
_WILD = frozenset(
    {"diverging-loss", "oscillating-loss", "exploding-gradient", "learning-rate-too-high"}
)
_GONE = frozenset({"nan-loss", "nan-in-data"})
_SPENT = frozenset({"dead-relu", "saturated-activation"})
_ALL = _STILL | _CUT_OFF | _WILD | _GONE | _SPENT

_EXPLAINED: Mapping[str, frozenset[str]] = {
    "batch-broadcast": _STILL | _WILD | _SPENT,
    "batch-norm-of-one": _STILL | _CUT_OFF | _SPENT | VALIDATION,
    "dead-units": _STILL | _CUT_OFF | _SPENT,
    "deep-sigmoids": _STILL | _SPENT,
    "dropout-on-output": _STILL | _WILD,
    "double-softmax": _STILL | _SPENT,
    "equal-weights": _STILL | _CUT_OFF | _SPENT,
    "gradients-not-applied": _STILL | _CUT_OFF,
    "heavy-penalty": _STILL | _SPENT | _WILD,
    "high-dropout": _STILL | _SPENT | _WILD,
    "input-scale": _ALL,
    "large-initial-weights": _ALL,
    "left-out-of-training": _STILL | _CUT_OFF,
    "linear-stack": _STILL,
    "loss-and-head": _ALL,
    "loss-broadcast": _STILL | _WILD | _SPENT,
    "missing-values": _ALL,
    "nothing-trainable": _STILL | _CUT_OFF,
    "padding-unmasked": _STILL | _SPENT,
    "preprocessing-skew": VALIDATION,
    "rebuilt-each-round": _STILL,
    "sample-weights": _STILL | _CUT_OFF | _SPENT,
    "scaled-twice": _STILL | _SPENT,
    "shuffled-alone": _STILL | {"label-noise"},
    "shuffled-apart": _STILL | {"label-noise"},
    "slow-batch-norm": VALIDATION,
    "softmax-axis": _STILL | _SPENT,
    "softmax-from-logits": _STILL | _SPENT,
    "softmax-over-batch": _STILL | _SPENT,
    "softmax-over-one": _STILL | _SPENT | _CUT_OFF,
    "target-range": _ALL - _GONE,
    "target-scale": _ALL,
    "tiny-clipping": _STILL,
    "unguarded-log": _WILD | _GONE | _SPENT,
    "validation-of-other-classes": VALIDATION,
}
_OTHERS = _STILL
"""What a check that is not listed explains: that the model does not learn as it should."""


def explains(cause: Diagnosis, sickness: Diagnosis) -> bool:
    """Whether what a check found is the reason for what a health rule found."""
    if cause.severity is Severity.INFO or cause.symptom is None:
        return False
    if cause.symptom == sickness.symptom:
        return True
    default = VALIDATION if cause.symptom in VALIDATION else _OTHERS
    return sickness.symptom in _EXPLAINED.get(cause.rule, default)
