"""A loss that compares one number for the whole batch with every target, and raises nothing."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.rules.targets.scalar_output import explained

ID = "output-without-batch"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a prediction without any axis among what losses were given."""
    for record in case.recording.losses:
        if record.role == "loss" and record.error is None and record.target is not None:
            found = list(explained(case, record)) if record.target.shape != () else []
            if found:
                yield found[0]
                return
