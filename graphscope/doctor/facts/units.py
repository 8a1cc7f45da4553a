"""Shared by rules about the number of units: what fixed it, and what labels hold."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.output_side import OutputSide
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.encodings import Encoding, encoding_in
from graphscope.doctor.records import DataSummary, Shape


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What is known of labels: least and greatest value, and the column that is never used."""

    low: int | None
    high: int | None

    @property
    def count(self) -> int | None:
        """How many classes the values span."""
        return None if self.low is None or self.high is None else self.high - self.low + 1


def layer_name(side: OutputSide | None) -> str | None:
    """Return the name of the layer that made an output; None when it is not known."""
    if side is None:
        return None
    return getattr(side.width_layer or side.layer, "name", None)


def width_place(side: OutputSide | None) -> Place | None:
    """Return the line that fixes the width of an output."""
    if side is None:
        return None
    return side.width.place if side.width is not None else side.place


def find_encoding(steps: list[Step]) -> Encoding | None:
    """Return the first encoding of labels among the steps that made a target."""
    for step in steps:
        found = encoding_in(step.file, step.node)
        if found is not None:
            return found
    return None


def of_values(summary: DataSummary | None) -> Labels:
    """Return what kind of labels values are, judged by their range."""
    if summary is None or summary.minimum is None or summary.maximum is None:
        return Labels(None, None)
    if not summary.is_integral:
        return Labels(None, None)
    return Labels(int(summary.minimum), int(summary.maximum))


def columns_of(target: Shape) -> int | None:
    """Return how many columns targets have; one number for each sample is one column."""
    return target[-1] if len(target) > 1 else 1
