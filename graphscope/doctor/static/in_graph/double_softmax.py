"""A softmax of what is a softmax already."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.activations import is_softmax
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text

ID = "double-softmax"

_PURE = ("Softmax", "Activation")
"""Calls that do nothing but apply an activation; a Dense with softmax computes anew."""


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Look back from every softmax that stands alone."""
    for call in model.of_type(*_PURE):
        source = model.source_of(call)
        if source is None or not is_softmax(call) or not is_softmax(source):
            continue
        yield diagnose(
            ID,
            call,
            ("value", f"{source.label} ends with softmax"),
            ("shape", f"{call.label} receives {shape_text(call.given_shape)} that sums to 1"),
            severity=Severity.WARNING,
            confidence=0.9,
            problem=f"{call.label} applies softmax to the output of {source.label}, which ends "
            "with softmax already: the probabilities are squeezed together.",
            remedy=f"Remove {call.label}, or the activation of {source.label}.",
        )
