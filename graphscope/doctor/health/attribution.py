"""One diagnosis for each cause: what the run shows is put to what the program says.

Checks see causes: a bias of -20, pixels that nothing scales. Health rules see what comes of them:
units that are dead, a loss that stalls. Where both are found about one training, the cause speaks
and the sickness is its evidence. Where only sickness is found, that which lies nearest to a cause
speaks for the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.health.symptoms import CAUSES, with_symptom

_NEAREST = (
    "reported-loss", "no-gradient", "dead-layer", "saturated-layer", "vanishing-gradient",
    "exploding-gradient", "penalty-dominates", "learning-rate", "nonfinite-numbers", "overfitting",
)  # fmt: skip
"""Health rules, from what lies nearest to a cause to what many causes lead to."""

_NONFINITE = "nonfinite-numbers"
_MAY_LEAD_TO_NAN = frozenset({"dead-layer", "exploding-gradient"})
"""Sickness of layers that was there before the first NaN is nearer to the cause."""
_TASTE = frozenset({"linear-stack", "equal-weights"})
"""Checks that say nothing above info as long as training goes well."""


def attribute(
    causes: Iterable[Diagnosis], sickness: Iterable[Diagnosis], *, is_poor: bool = False
) -> list[Diagnosis]:
    """Return diagnoses of a program that trained, causes first.

    Args:
        causes: what the checks found, the most serious first.
        sickness: what the health rules found.
        is_poor: whether some training was long enough and did not go well.
    """
    found = [_weighed(with_symptom(each), is_poor=is_poor) for each in causes]
    left = _by_nearness(sickness)
    for validating in (False, True):
        seen = [each for each in left if _is_validating(each) == validating]
        speaker = next((each for each in found if _explains(each, validating=validating)), None)
        if speaker is not None:
            found[found.index(speaker)] = _with_evidence(speaker, seen)
        elif seen:
            found.append(_with_evidence(seen[0], seen[1:]))
    return sorted(found, key=_rank)


def _is_validating(diagnosis: Diagnosis) -> bool:
    return diagnosis.symptom in CAUSES["validation"]


def _explains(diagnosis: Diagnosis, *, validating: bool) -> bool:
    """Whether a check's finding is a cause of what is wrong with training, or with validation."""
    counts = diagnosis.severity is not Severity.INFO and diagnosis.symptom is not None
    return counts and _is_validating(diagnosis) == validating


def _with_evidence(speaker: Diagnosis, others: Sequence[Diagnosis]) -> Diagnosis:
    facts = [Evidence("training", each.message.split("\n")[0]) for each in others]
    steps = [each.first_step for each in (speaker, *others) if each.first_step is not None]
    return replace(
        speaker,
        evidence=(*speaker.evidence, *facts),
        fixes=speaker.fixes or tuple(fix for each in others for fix in each.fixes),
        first_step=min(steps) if steps else None,
    )


def _weighed(diagnosis: Diagnosis, *, is_poor: bool) -> Diagnosis:
    """Take seriously what is a matter of taste as long as training goes well."""
    if is_poor and diagnosis.rule in _TASTE and diagnosis.severity is Severity.INFO:
        return replace(diagnosis, severity=Severity.WARNING)
    return diagnosis


def _by_nearness(sickness: Iterable[Diagnosis]) -> list[Diagnosis]:
    """Return sickness in the order of `_NEAREST`; but NaN that was there first comes first."""
    found = sorted(sickness, key=_nearness)
    steps = [each.first_step for each in found if each.rule in _MAY_LEAD_TO_NAN and each.first_step]
    earliest = min(steps, default=math.inf)
    return sorted(
        found, key=lambda each: each.rule != _NONFINITE or (each.first_step or 0) > earliest
    )


def _nearness(diagnosis: Diagnosis) -> int:
    return _NEAREST.index(diagnosis.rule) if diagnosis.rule in _NEAREST else len(_NEAREST)


def _rank(diagnosis: Diagnosis) -> tuple[int, float]:
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    return order[diagnosis.severity], -diagnosis.confidence
