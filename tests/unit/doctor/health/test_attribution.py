"""What the run shows is put to what the program says."""

from __future__ import annotations

import pytest

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.fixes.verify.progress import compare_trainings
from graphscope.doctor.health.attribution import attribute


def _found(rule: str, symptom: str | None = None, **more: object) -> Diagnosis:
    given = {"severity": Severity.WARNING, "confidence": 0.8, "message": f"{rule} says so\nmore"}
    return Diagnosis(rule=rule, symptom=symptom, **(given | more))  # type: ignore[arg-type]


def test_sickness_is_evidence_of_its_cause() -> None:
    cause = _found("dead-units")
    sick = [_found("dead-layer", "dead-relu", first_step=3)]
    (diagnosis,) = attribute([cause], sick)
    assert (diagnosis.rule, diagnosis.symptom, diagnosis.first_step) == (
        "dead-units",
        "dead-relu",
        0,
    )
    assert [each.text for each in diagnosis.evidence] == ["dead-layer says so"]


def test_without_a_cause_the_nearest_sickness_speaks_for_the_others() -> None:
    late = _found("learning-rate", "learning-rate-too-high", first_step=9, confidence=0.9)
    near = _found("dead-layer", "dead-relu", first_step=4)
    (diagnosis,) = attribute([], [late, near])
    assert diagnosis.rule == "dead-layer"
    assert len(diagnosis.evidence) == 1


def test_nan_that_was_there_first_speaks_first() -> None:
    nan = _found("nonfinite-numbers", "nan-loss", first_step=2)
    dead = _found("dead-layer", "dead-relu", first_step=2)
    assert attribute([], [dead, nan])[0].rule == "nonfinite-numbers"
    later = _found("nonfinite-numbers", "nan-loss", first_step=5)
    assert attribute([], [dead, later])[0].rule == "dead-layer"


def test_what_spoils_training_does_not_explain_validation() -> None:
    cause = _found("dead-units")
    sick = [_found("overfitting", "overfitting", first_step=30)]
    assert [each.rule for each in attribute([cause], sick)] == ["dead-units", "overfitting"]


def test_findings_that_concern_no_training_stay_beside() -> None:
    other = _found("unused-input")
    sick = [_found("dead-layer", "dead-relu", first_step=3)]
    assert {each.rule for each in attribute([other], sick)} == {"unused-input", "dead-layer"}


def test_a_matter_of_taste_counts_where_training_goes_badly() -> None:
    stack = _found("linear-stack", severity=Severity.INFO)
    assert attribute([stack], [])[0].severity is Severity.INFO
    assert attribute([stack], [], is_poor=True)[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("before", "after", "symptom", "gain"),
    [
        ({"score": 0.1}, {"score": 0.9}, "dead-relu", 0.8),
        (
            {"progress": 0.9, "val_loss": 2.0},
            {"progress": 0.8, "val_loss": 1.0},
            "overfitting",
            0.5,
        ),
        ({"progress": float("nan")}, {"progress": 0.5}, "nan-loss", 0.5),
        ({"score": 0.98}, {"score": 0.4}, "class-collapse", None),
        ({}, {"score": 0.4}, "dead-relu", None),
    ],
)
def test_trainings_are_compared_by_what_the_symptom_is_about(
    before: dict[str, float], after: dict[str, float], symptom: str, gain: float | None
) -> None:
    compared = compare_trainings(before, after, symptom)
    assert (compared and compared[0]) == (gain and pytest.approx(gain))
