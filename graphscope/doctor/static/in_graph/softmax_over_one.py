"""A softmax over one value, which always gives 1."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.activations import is_softmax, softmax_axis
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text

ID = "softmax-over-one"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Look at the size of the axis of every softmax."""
    for call in model.calls.values():
        axis = softmax_axis(call) if is_softmax(call) else None
        if axis is None or call.shape is None or call.shape[axis] != 1:
            continue
        yield diagnose(
            ID,
            call,
            ("shape", f"{call.label} makes {shape_text(call.shape)}: axis {axis} has size 1"),
            ("arithmetic", "softmax of one value: exp(x) / exp(x) = 1"),
            severity=Severity.ERROR,
            confidence=0.97,
            problem=f"{call.label} applies softmax over axis {axis} of {shape_text(call.shape)}, "
            "which has size 1: the output is 1.0 for every input, and nothing is learned.",
            remedy='Use activation="sigmoid" with 1 unit, or softmax with one unit per class.',
        )
