"""Which names of symptoms mean one thing: what is right to say of a sick training.

A symptom is right when it is the one that the collection names. Some faults show in two ways at
once, and both are seen in one and the same run; only such pairs are here, each with the reason.
"""

from __future__ import annotations

from collections.abc import Collection

SAME: tuple[Collection[str], ...] = (
    # A loss that does not fall: of the vocabulary's two names one speaks of the loss, one of all.
    ("no-learning", "slow-or-stalled-loss"),
    # A loss that grows without end is NaN some steps later.
    ("diverging-loss", "nan-loss"),
    ("exploding-gradient", "nan-loss"),
    # NaN in the data is NaN in the loss of the first batch that holds it.
    ("nan-in-data", "nan-loss"),
    # Steps too large, by what they do to the loss.
    ("learning-rate-too-high", "diverging-loss"),
    ("learning-rate-too-high", "oscillating-loss"),
    # Steps too small, by what they do to the loss.
    ("learning-rate-too-low", "slow-or-stalled-loss"),
    # One class for all samples, because nearly all are of it.
    ("class-collapse", "class-imbalance"),
    # What is not normalised saturates, kills or stalls; the scale is what is to be named.
    ("unnormalised-input", "no-learning"),
    # A head that cannot reach its targets.
    ("output-range-vs-target", "loss-head-mismatch"),
    ("target-not-a-distribution", "loss-head-mismatch"),
    # Nothing gets a gradient because nothing may be trained.
    ("no-trainable-weights", "no-gradient"),
)


def names_symptom(truth: str | None, said: str | None) -> bool | None:
    """Say whether a diagnosis names the symptom; None where the truth names none."""
    if truth is None:
        return None
    return said == truth or any(truth in pair and said in pair for pair in SAME)
