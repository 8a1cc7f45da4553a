"""A BatchNormalization whose moving statistics hardly move."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.telling import diagnose

ID = "slow-batch-norm"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Tell the first of the layers with a momentum of 0.999 or more; a remark, not a finding."""
    slow = [
        call
        for call in model.of_type("BatchNormalization")
        if isinstance(momentum := call.settings.get("momentum"), float) and 0.999 <= momentum <= 1
    ]
    if not slow:
        return
    first, momentum = slow[0], slow[0].settings["momentum"]
    steps = "never" if momentum == 1 else f"after about {round(1 / (1 - momentum)):,} steps"
    yield diagnose(
        ID,
        first,
        ("value", f"momentum = {momentum:g} in {len(slow)} layers"),
        severity=Severity.INFO,
        confidence=0.7,
        problem=f"{first.label} has momentum={momentum:g}: its moving mean and variance follow the "
        f"data {steps}. After a short training, evaluate and predict use stale statistics.",
        remedy="Use 0.9 to 0.99 for short trainings.",
    )
