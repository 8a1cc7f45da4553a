"""What the diagnoses of a run's rules have in common."""

from __future__ import annotations

from collections.abc import Iterable

from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, Severity
from graphscope.doctor.health.places import fit_place, optimizer_place
from graphscope.doctor.health.signals import loss_of, parts
from graphscope.doctor.health.training import Training
from graphscope.doctor.wording import distinct


def loss_evidence(training: Training) -> list[Evidence]:
    """Return how the loss went, as a fact."""
    series = loss_of(training.run)
    if series is None:
        return []
    first, last = parts(series)
    text = f"loss {first:.4g} at the beginning, {last:.4g} after {training.run.last_step} steps"
    return [Evidence("value", text)]


def tell(  # noqa: PLR0913 - the parts of a diagnosis, keyword-only
    training: Training,
    rule: str,
    symptom: str,
    message: str,
    *,
    severity: Severity = Severity.WARNING,
    confidence: float = 0.8,
    first_step: int = 0,
    layer: str | None = None,
    places: Iterable[Place | None] = (),
    evidence: Iterable[str] = (),
    fixes: tuple[Fix, ...] = (),
) -> Diagnosis:
    """Return a diagnosis of a training, with how its loss went as the last evidence."""
    where = distinct([*places, optimizer_place(training), fit_place(training)])
    facts = [Evidence("value", text) for text in evidence]
    return Diagnosis(
        rule,
        severity,
        confidence,
        message,
        places=where[:3],
        layer=layer,
        evidence=(*facts, *loss_evidence(training)),
        fixes=fixes,
        symptom=symptom,
        first_step=first_step,
    )
