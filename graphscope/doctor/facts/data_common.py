"""What the rules about the shape of data share: when they apply, and how they are reported."""

from __future__ import annotations

from collections.abc import Iterable

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_telling import (
    best_places,
    called,
    expected,
    facts,
    layer_of,
    lower,
)
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.handover import handover
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, Severity


def wrong_parts(case: Case) -> list[Part]:
    """Return the arrays that do not fit their inputs, when that is what made the program fail."""
    if case.failure is None or case.failure.layer_call is None:
        return []
    own = handover(case)
    return [each for each in own.parts if each.mismatch is not None] if own is not None else []


def report(
    rule: str,
    part: Part,
    told: str,
    fixes: tuple[Fix, ...],
    *,
    confidence: float = 0.95,
    evidence: Iterable[Evidence] = (),
    places: Iterable[Place | None] = (),
) -> Diagnosis:
    """Return a diagnosis of data that does not fit an input.

    Args:
        rule: its id.
        part: the data.
        told: what is wrong with it, as sentences that go on after "..., but".
        fixes: the candidates, best first.
        confidence: how sure it is.
        evidence: facts beside the shapes and the statements that made the data.
        places: lines that matter after the first fix's.
    """
    own = part.handover
    declared = part.declared.place(own.case) if part.declared else None
    return Diagnosis(
        rule,
        Severity.ERROR,
        confidence,
        f"{called(own)} failed: {expected(part)}, but {lower(told)}",
        places=best_places(fixes, *places, own.place, declared),
        layer=layer_of(part),
        evidence=(*facts(part), *evidence),
        fixes=fixes,
    )
