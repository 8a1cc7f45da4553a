"""The order of fixes, places and diagnoses once the fixes were tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphscope.doctor.findings import Diagnosis, Edit, Fix, FixStatus, Place, Severity
from graphscope.doctor.fixes.verify.judging import Verdict

Verdicts = Mapping[tuple[Edit, ...], Verdict]
"""By the edits of a fix: two rules may offer the same."""

_STATUS = {FixStatus.VERIFIED: 0, FixStatus.PROPOSED: 1, FixStatus.REJECTED: 2}
_SEVERITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}

CURED, REFUTED = 0.15, -0.25
"""What it adds to the weight of a diagnosis that a fix of it ran, or that none of them did."""


def rank_all(diagnoses: Sequence[Diagnosis], verdicts: Verdicts) -> list[Diagnosis]:
    """Return the diagnoses with the statuses of their fixes, all in the order of what is known."""
    told = [_told(each, verdicts) for each in diagnoses]
    return sorted(told, key=lambda each: (_SEVERITY[each.severity], -_weight(each)))


def _told(diagnosis: Diagnosis, verdicts: Verdicts) -> Diagnosis:
    fixes = sorted((_judged(fix, verdicts) for fix in diagnosis.fixes), key=_order(verdicts))
    places = diagnosis.places
    if fixes and fixes[0].status is FixStatus.VERIFIED:
        places = _with_first(places, fixes[0])
    return replace(diagnosis, fixes=tuple(fixes), places=places)


def _judged(fix: Fix, verdicts: Verdicts) -> Fix:
    verdict = verdicts.get(fix.edits)
    return replace(fix, status=verdict.status, result=verdict.result) if verdict else fix


def _order(verdicts: Verdicts):  # type: ignore[no-untyped-def]  # a key of several parts
    def key(fix: Fix) -> tuple[int, int, float, str, int]:
        verdict = verdicts.get(fix.edits)
        quality = verdict.quality if verdict else 1
        return (_STATUS[fix.status], -quality, -fix.likelihood, fix.repair_class.value, fix.size)

    return key


def _with_first(places: tuple[Place, ...], fix: Fix) -> tuple[Place, ...]:
    """Return places with those of a fix first; of its own, the ones that the rule names lead.

    A line after which a fix only adds others is where it has room, not where the fault is.
    """
    changed = [
        Place(edit.file, edit.line) for edit in fix.edits if "\n" not in (edit.replace_with or "")
    ]
    named = [place for place in changed if place in places]
    return tuple(dict.fromkeys([*(named or changed), *places]))


def _weight(diagnosis: Diagnosis) -> float:
    statuses = {fix.status for fix in diagnosis.fixes}
    if FixStatus.VERIFIED in statuses:
        return diagnosis.confidence + CURED
    if statuses == {FixStatus.REJECTED}:
        return diagnosis.confidence + REFUTED
    return diagnosis.confidence
