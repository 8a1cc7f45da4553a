"""A loss that does not fit the units or the activation of the last layer."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.source import SourceFile
from graphscope.doctor.static.judging_source import judge_source

ID = "loss-and-head"


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Hold the last layer of every compiled model against its loss."""
    return judge_source(file, ID)
