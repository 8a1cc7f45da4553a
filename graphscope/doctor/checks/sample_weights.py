"""Weights of samples or classes that take the training away: all 0, or the wrong way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_call, boundary_place, given_argument
from graphscope.doctor.checks._trained import summaries, targets_of, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import trace_data
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import distinct

ID = "sample-weights"

_RARE = 3.0
"""Times rarer a class must be for its weight to say anything."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at what each training was given as weights."""
    for fit in trainings(case):
        given = list(summaries(fit.data.get("sample_weight")))
        if given and all(each.minimum == 0 and each.maximum == 0 for each in given):
            yield _all_zero(case, fit)
        weights = fit.arguments.get("class_weight")
        counts = _counts(fit)
        if isinstance(weights, Mapping) and len(counts) > 1:
            pair = _reversed(weights, counts)
            if pair is not None:
                yield _wrong_way(case, fit, weights, counts, pair)


def _all_zero(case: Case, fit: Boundary) -> Diagnosis:
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        "All sample weights are 0: every sample's loss is multiplied by 0, so the loss is 0, no "
        "gradient comes of it, and nothing is learned (nothing changes but by penalties).\n"
        "Look at the condition that makes the weights: it holds for no sample.",
        places=distinct([*_made(case, fit, "sample_weight"), boundary_place(case, fit)]),
        evidence=(Evidence("data", "sample_weight: all of its values are 0"),),
        fixes=_kept(_without(case, fit, "sample_weight", "Train without sample weights")),
        symptom="no-gradient",
        first_step=0,
    )


def _counts(fit: Boundary) -> dict[int, int]:
    """Return how many of the first targets are of each class; empty where they are none."""
    given = list(summaries(targets_of(fit)))
    sample = (
        np.asarray(given[0].sample) if len(given) == 1 and given[0].sample is not None else None
    )
    if sample is None or sample.dtype.kind not in "biuf" or sample.size != len(sample):
        return {}
    values, counts = np.unique(sample, return_counts=True)
    if not np.all(values == np.round(values)):
        return {}
    return {int(value): int(count) for value, count in zip(values, counts, strict=True)}


def _reversed(weights: Mapping[int, float], counts: Mapping[int, int]) -> tuple[int, int] | None:
    """Return a rare class and a frequent one, where the rare one weighs less; None without such."""
    common = max(counts, key=lambda each: counts[each])
    for rare in sorted(counts, key=lambda each: counts[each]):
        is_rare = counts[rare] * _RARE <= counts[common]
        if is_rare and float(weights.get(rare, 1.0)) < float(weights.get(common, 1.0)):
            return rare, common
    return None


def _wrong_way(
    case: Case,
    fit: Boundary,
    weights: Mapping[int, float],
    counts: Mapping[int, int],
    pair: tuple[int, int],
) -> Diagnosis:
    rare, common = pair
    total = sum(counts.values())
    balanced = {each: total / (len(counts) * count) for each, count in counts.items()}
    text = ", ".join(f"{each}: {weight:.3g}" for each, weight in balanced.items())
    given = [f"{each}: {float(weights.get(each, 1.0)):.3g}" for each in pair]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"class_weight is the wrong way round: class {rare}, of which {counts[rare] / total:.0%} "
        f"of the targets are, weighs {given[0].partition(' ')[2]}, and class {common}, of which "
        f"{counts[common] / total:.0%} are, {given[1].partition(' ')[2]}. The rare class (the "
        "minority) counts for even less, and the model never names it (class collapse, "
        "imbalance).\n"
        "Weights balance when they are the inverse of how frequent a class is: total / (classes "
        f"* count), here {{{text}}}.",
        places=distinct([*_made(case, fit, "class_weight"), boundary_place(case, fit)]),
        evidence=(
            Evidence(
                "data", f"class {rare}: {counts[rare]} rows, class {common}: {counts[common]}"
            ),
            Evidence("value", f"class_weight {{{', '.join(given)}}}"),
        ),
        fixes=_kept(_with(case, fit, "class_weight", f"{{{text}}}", "Weight by the inverse")),
        symptom="class-collapse",
        first_step=0,
    )


def _made(case: Case, fit: Boundary, name: str) -> list[Place]:
    given = given_argument(case, fit, name, 99)
    if given is None:
        return []
    return list(trace_data(case, given.node, given.frame, file=given.file).places)


def _with(case: Case, fit: Boundary, name: str, text: str, title: str) -> Fix | None:
    found = boundary_call(case, fit)
    if found is None or not any(each.arg == name for each in found[1].keywords):
        return None
    editor = Editor(found[0]).set_keyword(found[1], name, text)
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.8)


def _without(case: Case, fit: Boundary, name: str, title: str) -> Fix | None:
    found = boundary_call(case, fit)
    given = [each for each in found[1].keywords if each.arg == name] if found else []
    if found is None or not given:
        return None
    editor = Editor(found[0]).remove_argument(found[1], given[0])
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.5)


def _kept(*fixes: Fix | None) -> tuple[Fix, ...]:
    return tuple(fix for fix in fixes if fix is not None)
