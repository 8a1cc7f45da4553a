"""One diagnosis for each cause: what the run shows is put to what the program says.

Checks see causes: a bias of -20, pixels that nothing scales. Health rules see what comes of them:
units that are dead, a loss that stalls. Where a cause explains the sickness of a training, the
cause speaks and the sickness is its evidence. Of sickness without a cause, that which lies nearest
to one speaks for the others. A claim that the run refutes is only a remark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.health.explaining import VALIDATION, explains
from graphscope.doctor.health.symptoms import with_symptom

_NEAREST = (
    "reported-loss", "loss-sign", "probabilities-as-logits", "placeholder-values",
    "sorted-batches", "label-noise", "no-gradient", "target-scale", "dead-layer",
    "saturated-layer", "vanishing-gradient", "exploding-gradient", "penalty-dominates",
    "learning-rate", "update-ratio", "diverging-loss", "nonfinite-numbers",
    "train-eval-gap", "validation-apart", "overfitting",
)  # fmt: skip
"""Health rules, from what lies nearest to a cause to what many causes lead to."""

_NONFINITE, _RATE = "nonfinite-numbers", "learning-rate"
_MAY_LEAD_TO_NAN = frozenset({"dead-layer", "exploding-gradient", "diverging-loss"})
"""Sickness that was there before the first NaN is nearer to the cause."""
_SURE = 0.85
"""Of sickness that was there on the way to the first loss, and not only in its gradient."""
_BY_LARGE_STEPS = frozenset({"saturated-layer", "vanishing-gradient"})
"""Sickness of layers that, where it came in training, large steps have brought about."""
_TASTE = frozenset({"linear-stack", "equal-weights", "padding-unmasked"})
"""Checks that say nothing above info as long as training goes well."""
_CLAIMS = frozenset(
    {"batch-norm-of-one", "dead-units", "deep-sigmoids", "dropout-on-output",
     "heavy-penalty", "high-dropout", "input-scale", "large-initial-weights", "tiny-clipping"}
)  # fmt: skip
"""Checks that say that a model will hardly learn. What is silently wrong, such as other scales in
validation or a leak, is not among them: a good loss says nothing against it."""


def attribute(
    causes: Iterable[Diagnosis],
    sickness: Iterable[Diagnosis],
    *,
    is_poor: bool = False,
    proof: str = "",
) -> list[Diagnosis]:
    """Return diagnoses of a program that trained, causes first.

    Args:
        causes: what the checks found, the most serious first.
        sickness: what the health rules found.
        is_poor: whether some training was long enough and did not go well.
        proof: what shows that every training learned very well, in words.
    """
    found = [_weighed(with_symptom(each), is_poor=is_poor, proof=proof) for each in causes]
    left: list[Diagnosis] = []
    for sick in _by_nearness(sickness):
        cause = next((each for each in found if explains(each, sick)), None)
        if cause is None:
            left.append(sick)
        else:
            found[found.index(cause)] = _with_evidence(cause, [sick])
    for validating in (False, True):
        seen = [each for each in left if (each.symptom in VALIDATION) == validating]
        if seen:
            found.append(_with_evidence(seen[0], seen[1:]))
    return sorted(found, key=_rank)


def _with_evidence(speaker: Diagnosis, others: Sequence[Diagnosis]) -> Diagnosis:
    facts = [Evidence("training", each.message.split("\n")[0]) for each in others]
    steps = [each.first_step for each in (speaker, *others) if each.first_step is not None]
    return replace(
        speaker,
        evidence=(*speaker.evidence, *facts),
        fixes=speaker.fixes
        or tuple(fix for each in others if _helps(each, speaker) for fix in each.fixes),
        first_step=min(steps) if steps else None,
    )


def _helps(sick: Diagnosis, speaker: Diagnosis) -> bool:
    """Whether what would help a sickness helps its cause: to stop early mends no wrong data."""
    return sick.symptom not in VALIDATION or sick.symptom == speaker.symptom


def _weighed(diagnosis: Diagnosis, *, is_poor: bool, proof: str) -> Diagnosis:
    """Take seriously what is a matter of taste where training goes badly; and the other way round.

    Only warnings can be refuted: an error is wrong whatever the loss says.
    """
    if is_poor and diagnosis.rule in _TASTE and diagnosis.severity is Severity.INFO:
        return replace(diagnosis, severity=Severity.WARNING)
    if proof and diagnosis.rule in _CLAIMS and diagnosis.severity is Severity.WARNING:
        fact = Evidence("training", f"the model learned all the same: {proof}")
        return replace(
            diagnosis, severity=Severity.INFO, evidence=(*diagnosis.evidence, fact), symptom=None
        )
    return diagnosis


def _by_nearness(sickness: Iterable[Diagnosis]) -> list[Diagnosis]:
    """Return sickness in the order of `_NEAREST`, but what was there first comes first.

    NaN before any layer was sick comes first; so do large steps where a layer was well before them.
    """
    found = sorted(sickness, key=_nearness)
    steps = [
        each.first_step - (each.confidence >= _SURE)
        for each in found
        if each.rule in _MAY_LEAD_TO_NAN and each.first_step
    ]
    earliest = min(steps, default=math.inf)
    layers = [each.first_step or 0 for each in found if each.rule in _BY_LARGE_STEPS]
    came_later = bool(layers) and min(layers) > 1

    def key(each: Diagnosis) -> bool:
        if each.rule == _RATE and came_later and each.symptom == "learning-rate-too-high":
            return False
        return each.rule != _NONFINITE or (each.first_step or 0) > earliest

    return sorted(found, key=key)


def _nearness(diagnosis: Diagnosis) -> int:
    return _NEAREST.index(diagnosis.rule) if diagnosis.rule in _NEAREST else len(_NEAREST)


def _rank(diagnosis: Diagnosis) -> tuple[int, float]:
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    return order[diagnosis.severity], -diagnosis.confidence
