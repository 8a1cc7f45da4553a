"""A softmax over the batch axis, which mixes the examples of a batch."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.activations import softmax_axis
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text

ID = "softmax-over-batch"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Look at the axis of every softmax layer."""
    for call in model.of_type("Softmax"):
        if call.layer is None or softmax_axis(call) != 0 or len(call.shape or ()) < 2:
            continue
        yield diagnose(
            ID,
            call,
            ("shape", f"{call.label} receives {shape_text(call.shape)}; axis 0 is the batch"),
            severity=Severity.ERROR,
            confidence=0.95,
            problem=f"{call.label} applies softmax over axis 0 of {shape_text(call.shape)}, the "
            "batch: what one example gets depends on the others.",
            remedy="Use axis=-1 for the last axis.",
        )
