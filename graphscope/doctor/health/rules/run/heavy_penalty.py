"""A loss that is mostly regularisation."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import first_step, goes_well, is_long_enough, typical
from graphscope.doctor.health.training import Training
from graphscope.runs.records import LOSS

ID = "penalty-dominates"
SYMPTOM = "underfitting"

_SHARE = 0.8


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare penalties with the whole loss of a training that does not go well."""
    run = training.run
    share = typical(run, LOSS, "penalty_share")
    if not share > _SHARE or goes_well(run) or not is_long_enough(run):
        return
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"Penalties (regularisation, add_loss) are {share:.0%} of the loss: the model shrinks its "
        "weights rather than learn (it underfits).\nUse a smaller factor, such as 1e-4.",
        confidence=0.7,
        first_step=first_step(run.statistic(LOSS, "penalty_share")),
        evidence=[f"penalty share of the loss {share:.1%}"],
    )
