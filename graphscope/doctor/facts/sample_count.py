"""Whether the first entry of a declared shape is the number of samples of the data."""

from __future__ import annotations

from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.mismatch import same_sizes
from graphscope.doctor.records import DataSummary


def counts_samples(part: Part) -> bool:
    """Whether the shape of an input is that of all data, and not of one sample.

    Data without a batch axis looks alike; there are as many targets as rows where these are
    samples.
    """
    if part.declared is None or part.shape is None or len(part.declared.shape) < 3:
        return False
    whole = part.declared.shape[1:]
    if None in whole or len(part.shape) != len(whole) or whole[0] in (None, 1):
        return False
    if part.shape[0] is None or part.handover.source == "dataset":
        made = any(step.shape == whole for step in part.steps)
        return made and same_sizes(whole[1:], part.shape[1:])
    targets = part.handover.boundary.data.get("y") if part.handover.boundary else None
    rows = targets.spec.shape if isinstance(targets, DataSummary) else None
    return part.shape == whole and bool(rows) and rows[0] == whole[0]  # type: ignore[index]
