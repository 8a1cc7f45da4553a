"""A loss that Keras reports and that is not the loss which is trained."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import fit_place, known, step_place
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import step_of_epoch
from graphscope.doctor.health.tracked import tracker_fix
from graphscope.doctor.health.training import Training

ID = "reported-loss"
SYMPTOM = "reported-loss-constant"


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look for epochs whose reported loss was replaced by the monitor."""
    reported = training.run.epochs.get("reported_loss")
    loss = training.run.epochs.get("loss")
    if reported is None or loss is None or not len(reported):
        return
    shown, real = float(reported.values[-1]), float(loss.values[-1])
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"fit reports a loss of {shown:.4g}, but the loss that is trained is {real:.4g}.\n"
        "A train_step that returns exactly the names in model.metrics has its values replaced by "
        "those of the trackers: call update_state on them, or return other names.",
        confidence=0.85,
        first_step=step_of_epoch(training.run, int(reported.steps[0])),
        places=[step_place(training), fit_place(training)],
        evidence=[f"reported {shown:.4g}, loss tensor {real:.4g}"],
        fixes=known(tracker_fix(training)),
    )
