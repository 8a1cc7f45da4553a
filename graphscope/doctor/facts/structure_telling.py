"""How a wrong structure of inputs and targets is reported."""

from __future__ import annotations

from graphscope.doctor.facts.data_telling import best_places, called
from graphscope.doctor.facts.handed import Handover
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, Severity
from graphscope.doctor.wording import at, label, shape


def report(
    rule: str,
    own: Handover,
    told: str,
    fixes: tuple[Fix, ...],
    places: list[Place | None],
    confidence: float,
    layer: str | None,
) -> Diagnosis:
    """Return a diagnosis of the structure of what is handed over."""
    evidence = [
        Evidence("shape", f"input {e.layer_name!r} expects {shape(e.shape)}", e.place(own.case))
        for e in own.declared
    ]
    evidence += [
        Evidence("data", f"{part.text} is {shape(part.spec)} {part.spec.dtype}", own.place)
        for part in own.parts[:6]
    ]
    return Diagnosis(
        rule,
        Severity.ERROR,
        confidence,
        f"{called(own)} failed for {label(own.model)}{at(own.case, None)}: {told}",
        places=best_places(fixes, *places, own.place),
        layer=layer,
        evidence=tuple(evidence),
        fixes=fixes,
    )
