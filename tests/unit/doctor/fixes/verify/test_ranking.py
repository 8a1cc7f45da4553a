"""The order of what is shown after fixes were tried."""

from __future__ import annotations

from graphscope.doctor.findings import (
    Diagnosis,
    Edit,
    Fix,
    FixStatus,
    Place,
    RepairClass,
    Severity,
)
from graphscope.doctor.fixes.verify.judging import Verdict
from graphscope.doctor.fixes.verify.ranking import rank_all

RUNS = Verdict(FixStatus.VERIFIED, "ran", 3)
RUNS_OTHERWISE = Verdict(FixStatus.VERIFIED, "ran, but", 1)
FAILS = Verdict(FixStatus.REJECTED, "fails")


def fix(line: int, likelihood: float = 0.5, text: str = "x", letter: str = "B") -> Fix:
    edits = (Edit("f", line, text),)
    return Fix(f"line {line}", edits, RepairClass(letter), likelihood=likelihood)


def diagnosis(*fixes: Fix, confidence: float = 0.8, places: tuple[Place, ...] = ()) -> Diagnosis:
    named = places or (Place("f", 9),)
    return Diagnosis("rule", Severity.ERROR, confidence, "m", places=named, fixes=fixes)


def lines(found: Diagnosis) -> list[int]:
    return [each.edits[0].line for each in found.fixes]


def test_verified_before_untried_before_rejected_then_by_likelihood() -> None:
    fixes = [fix(1, 0.9), fix(2, 0.8), fix(3, 0.2), fix(4, 0.3)]
    verdicts = {fixes[0].edits: FAILS, fixes[2].edits: RUNS, fixes[3].edits: RUNS}
    (ranked,) = rank_all([diagnosis(*fixes)], verdicts)
    assert lines(ranked) == [4, 3, 2, 1]
    assert [each.result for each in ranked.fixes] == ["ran", "ran", "", "fails"]


def test_ties_go_to_the_one_that_presumes_less_and_changes_less() -> None:
    fixes = [fix(1, text="a\nb"), fix(2), fix(3, letter="A")]
    (ranked,) = rank_all([diagnosis(*fixes)], {each.edits: RUNS for each in fixes})
    assert lines(ranked) == [3, 2, 1]


def test_a_fix_that_brings_a_bug_comes_behind() -> None:
    fixes = [fix(1, 0.9), fix(2, 0.1)]
    verdicts = {fixes[0].edits: RUNS_OTHERWISE, fixes[1].edits: RUNS}
    assert lines(rank_all([diagnosis(*fixes)], verdicts)[0]) == [2, 1]


def test_the_line_of_the_best_verified_fix_is_the_first_place() -> None:
    good = fix(5)
    places = (Place("f", 9), Place("f", 5))
    (ranked,) = rank_all([diagnosis(good, places=places)], {good.edits: RUNS})
    assert ranked.places == (Place("f", 5), Place("f", 9))
    (untried,) = rank_all([diagnosis(good, places=places)], {})
    assert untried.places == places


def test_of_several_edits_the_one_at_a_named_place_leads() -> None:
    edits = (Edit("f", 1, "import keras"), Edit("f", 9, "x"))
    both = Fix("both", edits)
    (ranked,) = rank_all([diagnosis(both)], {edits: RUNS})
    assert ranked.places[0] == Place("f", 9)


def test_a_cured_diagnosis_outranks_one_whose_fixes_failed() -> None:
    bad, good = fix(1), fix(2)
    ranked = rank_all(
        [diagnosis(bad, confidence=0.85), diagnosis(good, confidence=0.8)],
        {bad.edits: FAILS, good.edits: RUNS},
    )
    assert [lines(each) for each in ranked] == [[2], [1]]


def test_severity_counts_before_all() -> None:
    good = fix(1)
    warning = Diagnosis("w", Severity.WARNING, 1.0, "m", fixes=(good,))
    ranked = rank_all([warning, diagnosis(confidence=0.3)], {good.edits: RUNS})
    assert [each.severity for each in ranked] == [Severity.ERROR, Severity.WARNING]
