"""A validation loss that is out of all proportion from the first epoch on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._arguments import given_argument
from graphscope.doctor.findings import Diagnosis, Place
from graphscope.doctor.health.places import fit_place
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    constant_loss,
    goes_well,
    is_signed,
    loss_of,
    parts,
    step_of_epoch,
)
from graphscope.doctor.health.training import Training
from graphscope.doctor.origins import trace_data
from graphscope.runs import Series

ID = "validation-apart"
SYMPTOM = "validation-distribution-differs"

_TIMES = 3.0
"""Times what an untrained model loses, and what a constant answer does: who has merely learned
too much by heart was near it at first."""
_EPOCHS = 3


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare all epochs of validation with the beginning of training, where training goes well."""
    run = training.run
    series, validation = loss_of(run), run.epochs.get("val_loss")
    if series is None or validation is None or not goes_well(run) or is_signed(series):
        return
    if len(validation) < _EPOCHS or any(each.class_name == "BatchNormalization"
                                        for each in run.layers):  # fmt: skip
        return  # Moving statistics that lag behind do so, too; another rule asks the model.
    limit = _TIMES * np.nanmax([parts(series)[0], constant_loss(run)])
    smallest = float(np.min(validation.values))
    if smallest > limit:
        yield _tell(training, validation, smallest, float(limit))


def _tell(training: Training, validation: Series, smallest: float, limit: float) -> Diagnosis:
    series = loss_of(training.run)
    assert series is not None
    return tell(
        training,
        ID,
        SYMPTOM,
        f"The validation data are not like the training data: val_loss was never below "
        f"{smallest:.4g}, where a model that has learned nothing loses {limit / _TIMES:.4g} on "
        "what it is trained on.\nThey are scaled or encoded in another way (divided by 255 here "
        "and not there, normalised with other statistics, other labels), or of another kind. "
        "Prepare both with the same function.",
        confidence=0.8,
        first_step=step_of_epoch(training.run, int(validation.steps[0])),
        places=[*_made(training), fit_place(training)],
        evidence=[
            f"val_loss {smallest:.4g} at best, training loss {parts(series)[1]:.4g} at the end",
        ],
    )


def _made(training: Training) -> list[Place]:
    """Return the lines that made the validation data."""
    case = training.case
    given = given_argument(case, training.fit, "validation_data", 99) if case is not None else None
    if case is None or given is None:
        return []
    node = given.node
    first = node.elts[0] if hasattr(node, "elts") and node.elts else node
    return list(trace_data(case, first, given.frame, file=given.file).places)
