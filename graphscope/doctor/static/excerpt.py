"""The calls that lead to a culprit: the excerpt of the graph in a report."""

from __future__ import annotations

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.reports import Step
from graphscope.doctor.static.model import Call, CheckedModel
from graphscope.doctor.static.telling import place_of, shape_text

LONGEST = 5
"""Calls in an excerpt."""


def steps_to(model: CheckedModel, diagnosis: Diagnosis) -> tuple[Step, ...]:
    """Return the chain of first inputs that leads to what a diagnosis is about."""
    call = model.calls.get(diagnosis.node or "")
    chain: list[Call] = []
    while call is not None and len(chain) < LONGEST and call not in chain:
        chain.append(call)
        call = model.before(call)
    return tuple(
        Step(each.name, each.type, shape_text(each.shape), each is chain[0], place_of(each))
        for each in reversed(chain)
    )
