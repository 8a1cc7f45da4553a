"""A softmax or sigmoid before a loss with from_logits=True, which applies it once more."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.static.judging import judge_outputs
from graphscope.doctor.static.model import CheckedModel

ID = "softmax-from-logits"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Hold the head of every output against its loss."""
    return judge_outputs(model, ID)
