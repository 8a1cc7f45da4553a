"""All rules over one case: their diagnoses together, the most serious first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from graphscope.doctor.case import Case
from graphscope.doctor.fallback import guess
from graphscope.doctor.findings import Diagnosis, Fix, Severity
from graphscope.doctor.rule import Rule, load_rules

Tell = Callable[[str], None]

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def examine(case: Case, tell: Tell = lambda _note: None) -> list[Diagnosis]:
    """Return what is wrong: by the rules when the program failed, by the checks when it did not.

    A rule that raises is left out; what it raised is told, and never reaches the user's program.

    Args:
        case: the program and what happened.
        tell: called with each note about the examination itself.
    """
    from graphscope.doctor import checks, rules

    failure = case.failure
    asked = load_rules(rules if failure is not None else checks, tell)
    found = merge(found for rule in asked for found in _ask(rule, case, tell))
    if failure is not None and not found:
        return [guessed] if (guessed := guess(failure)) else []
    return found


def _ask(rule: Rule, case: Case, tell: Tell) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    try:
        found.extend(rule.diagnose(case))
    except Exception as error:  # noqa: BLE001 - our own fault must not hide the user's
        text = " ".join(str(error).split())[:200]
        tell(f"The rule {rule.ID} could not be applied ({type(error).__name__}: {text}).")
    return found


def merge(diagnoses: Iterable[Diagnosis]) -> list[Diagnosis]:
    """Return diagnoses without repetitions, the most serious and the surest first.

    Two of one rule with the same first place are one; the surer speaks, with the fixes of both.
    """
    kept: dict[object, Diagnosis] = {}
    for each in sorted(diagnoses, key=rank):
        key = (each.rule, each.places[:1] or each.message)
        if key in kept:
            kept[key] = replace(kept[key], fixes=_together(kept[key].fixes, each.fixes))
        else:
            kept[key] = each
    return list(kept.values())


def rank(diagnosis: Diagnosis) -> tuple[int, float]:
    """Return what diagnoses are sorted by."""
    return (_ORDER[diagnosis.severity], -diagnosis.confidence)


def _together(first: tuple[Fix, ...], second: tuple[Fix, ...]) -> tuple[Fix, ...]:
    known = {fix.edits for fix in first}
    return first + tuple(fix for fix in second if fix.edits not in known)
