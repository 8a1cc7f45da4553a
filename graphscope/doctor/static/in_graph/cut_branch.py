"""A layer whose result is computed and goes nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text

ID = "cut-branch"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Tell the ends of branches that reach no output; of layers that have weights."""
    if model.trains_itself:
        return
    cut = set(model.unreachable.calls)
    for id_ in model.unreachable.calls:
        call = model.calls.get(id_)
        if call is None or call.layer is None or not call.layer.weights:
            continue
        if any(user.id in cut and user.layer is not None for user in model.users(call)):
            continue
        yield diagnose(
            ID,
            call,
            ("call", f"{call.label} makes {shape_text(call.shape)}, which reaches no output"),
            severity=Severity.WARNING,
            confidence=0.8,
            problem=f"{call.label} computes {shape_text(call.shape)}, and no output of the model "
            "depends on it: its weights are never trained.",
            remedy="Use its result, or remove it.",
        )
