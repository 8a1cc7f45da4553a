"""What shows that trainings learned: it refutes who says that they cannot."""

from __future__ import annotations

import math
from collections.abc import Sequence

from graphscope.doctor.health.signals import (
    constant_loss,
    goes_well,
    is_long_enough,
    loss_of,
    parts,
    score_of,
)
from graphscope.doctor.health.training import Training
from graphscope.runs import Run

_GOOD = 0.9
"""Of the samples classified rightly, or of what a constant answer leaves explained."""


def proof_of_learning(trainings: Sequence[Training]) -> str:
    """Return what shows that every one of some trainings learned very well; empty without proof."""
    told = [_told(each.run) for each in trainings]
    return "; ".join(dict.fromkeys(told)) if told and all(told) else ""


def _told(run: Run) -> str:
    if not is_long_enough(run) or not goes_well(run):
        return ""
    score = score_of(run)
    if score is not None:
        return f"accuracy {score:.3g}" if score > _GOOD else ""
    series, constant = loss_of(run), constant_loss(run)
    if series is None or not math.isfinite(constant) or constant <= 0:
        return ""
    explained = 1 - parts(series)[1] / constant
    return f"{explained:.1%} of the targets is explained" if explained > _GOOD else ""
