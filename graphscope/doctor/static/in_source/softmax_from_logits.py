"""A softmax or sigmoid before a loss with from_logits=True, which applies it once more."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.source import SourceFile
from graphscope.doctor.static.judging_source import judge_source

ID = "softmax-from-logits"


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Hold the last layer of every compiled model against its loss."""
    return judge_source(file, ID)
