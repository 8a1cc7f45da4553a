"""Answers that are probabilities already, under a loss that takes them for logits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._head_fixes import loss_place
from graphscope.doctor.checks._trained import TrainedOutput, activation_of, trained_outputs
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.health.places import known
from graphscope.doctor.health.rules.data._modes import ask
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import is_long_enough
from graphscope.doctor.health.training import Training

ID = "probabilities-as-logits"
SYMPTOM = "loss-head-mismatch"

_ROWS = 16
_NEAR = 1e-3
"""Of 1: how far sums of probabilities may be from it, clipped or rounded as they may be."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Ask the trained model about rows of its training, where its loss is told to expect logits."""
    case = training.case
    if case is None or not is_long_enough(training.run):
        return
    outputs = [each for each in trained_outputs(case) if each.fit is training.fit]
    if len(outputs) != 1 or outputs[0].loss is None or not outputs[0].loss.from_logits:
        return
    if outputs[0].call is not None and activation_of(outputs[0].call) in ("softmax", "sigmoid"):
        return  # A check of the model's graph says so already.
    asked = ask(training)
    if asked is None:
        return
    import keras

    answers = np.asarray(keras.ops.convert_to_numpy(asked.model(asked.inputs, training=False)))
    if _are_probabilities(answers):
        yield _tell(training, outputs[0], answers)


def _are_probabilities(answers: np.ndarray) -> bool:
    """Whether rows of several numbers lie between 0 and 1, and sum to 1."""
    if answers.ndim < 2 or answers.shape[-1] < 2 or len(answers) < _ROWS:
        return False
    if not np.isfinite(answers).all() or answers.min() < 0 or answers.max() > 1 + _NEAR:
        return False
    return bool(np.all(np.abs(answers.sum(axis=-1) - 1) < _NEAR * answers.shape[-1]))


def _tell(training: Training, output: TrainedOutput, answers: np.ndarray) -> Diagnosis:
    assert training.case is not None
    assert output.loss is not None
    fix = fix_creation(
        training.case,
        output.given,
        "from_logits",
        None,
        title="Leave out from_logits=True: the model gives probabilities",
        likelihood=0.9,
    )
    return tell(
        training,
        ID,
        SYMPTOM,
        f"The model already gives probabilities: its answers lie between {answers.min():.3g} and "
        f"{answers.max():.3g} and sum to 1 (softmax), and {output.loss.name} with from_logits=True "
        "applies softmax once more. Differences between classes become small, the loss stays high "
        "and learning is slow.\nLeave out from_logits=True, or let the model return its logits.",
        confidence=0.92,
        places=[loss_place(training.case, output)],
        evidence=[
            f"rows of the output sum to {answers.sum(axis=-1).mean():.4f}",
            f"loss = {output.loss.name}, from_logits=True",
        ],
        fixes=known(fix),
    )
