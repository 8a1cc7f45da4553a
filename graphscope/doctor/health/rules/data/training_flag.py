"""A training step that does not say that it trains, where layers ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import call_place, label

ID = "training-flag"
SYMPTOM = "train-eval-gap"

_TWO_WAYS = frozenset(
    {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout",
     "AlphaDropout", "GaussianNoise", "BatchNormalization"}
)  # fmt: skip


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look at the calls that a `train_step` of the user's makes; some mean it, so it is told."""
    case, fit = training.case, training.fit
    if case is None or fit is None:
        return
    for call in case.recording.calls:
        if call.boundary is not fit or call.parent is not None or not call.site:
            continue
        if call.site[0].position.function.rpartition(".")[2] != "train_step":
            continue
        if call.kwargs.get("training") is None and len(call.args) < 2 and _asks(call):
            yield _tell(training, call)
            return


def _asks(call: CallRecord) -> bool:
    """Whether a model or layer has parts, trained ones, that act otherwise in training."""
    parts: list[Any] = list(getattr(call.operation, "_flatten_layers", list)())
    return any(type(each).__name__ in _TWO_WAYS and each.trainable for each in parts)


def _tell(training: Training, call: CallRecord) -> Diagnosis:
    parts = call.operation._flatten_layers()
    first = next(each for each in parts if type(each).__name__ in _TWO_WAYS)
    return tell(
        training,
        ID,
        SYMPTOM,
        f"train_step calls {label(call.operation)} without training=True, so {label(first)} acts "
        "as in evaluation: nothing is dropped, and moving statistics do not move.\n"
        "Pass training=True, if that is not meant.",
        severity=Severity.INFO,
        confidence=0.7,
        layer=call.operation.name,
        places=[call_place(call)],
        evidence=[f"{label(first)} is in {label(call.operation)}"],
    )
