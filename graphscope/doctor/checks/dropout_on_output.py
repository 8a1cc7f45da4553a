"""Dropout or noise on what the model answers, behind its last layer."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.checks._trained import head_call, outputs_of, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.fixes.layers import remove
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import at, distinct, label, place_of

ID = "dropout-on-output"

_RANDOM = frozenset(
    {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
     "GaussianDropout"}
)  # fmt: skip


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the call that makes each output of a trained model."""
    for fit in trainings(case):
        for tensor in outputs_of(case, fit.model)[0]:
            call = case.recording.producer_of(tensor)
            if call is None or call.class_name not in _RANDOM:
                continue
            if getattr(call.operation, "rate", 0):
                yield _tell(case, call, head_call(case, tensor))


def _tell(case: Case, call: CallRecord, head: CallRecord | None) -> Diagnosis:
    layer = call.operation
    place = place_of(case, layer)
    activation = (
        getattr(getattr(head.operation, "activation", None), "__name__", "") if head else ""
    )
    what = "the probabilities of " if activation in ("softmax", "sigmoid") else "the output of "
    whose = f"{what}{label(head.operation)}" if head is not None else "the output"
    fix = remove(case, layer, title=f"Remove {label(layer)}", likelihood=0.9)
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.9,
        f"{label(layer)}{at(case, place)} is the last layer: in training it sets {layer.rate:.0%} "
        f"of {whose} to 0, and makes the rest larger. The loss judges predictions that no weight "
        "can mend, and cannot fall (slow, stalled).\n"
        "Drop hidden units: put it before the last layer, or remove it.",
        places=distinct([place]),
        layer=layer.name,
        evidence=(
            Evidence("value", f"{label(layer)}: rate={layer.rate:g}, after the last layer", place),
        ),
        fixes=(fix,) if fix is not None else (),
    )
