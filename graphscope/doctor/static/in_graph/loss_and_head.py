"""A loss that does not fit the units or the activation of the head."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.static.judging import judge_outputs
from graphscope.doctor.static.model import CheckedModel

ID = "loss-and-head"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Hold the head of every output against its loss."""
    return judge_outputs(model, ID)
