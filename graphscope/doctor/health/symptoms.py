"""How what the checks find shows in training: the symptom of each rule that has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graphscope.doctor.findings import Diagnosis

SYMPTOMS: Mapping[str, str] = {
    "batch-broadcast": "silent-broadcast",
    "batch-norm-of-one": "no-learning",
    "dead-units": "dead-relu",
    "deep-sigmoids": "vanishing-gradient",
    "dropout-on-output": "slow-or-stalled-loss",
    "double-softmax": "slow-or-stalled-loss",
    "gradients-not-applied": "no-learning",
    "heavy-penalty": "underfitting",
    "high-dropout": "underfitting",
    "input-scale": "no-learning",
    "large-initial-weights": "exploding-gradient",
    "left-out-of-training": "no-gradient",
    "linear-stack": "linear-stack",
    "loss-and-head": "loss-head-mismatch",
    "loss-broadcast": "silent-broadcast",
    "missing-values": "nan-loss",
    "nothing-trainable": "no-trainable-weights",
    "padding-unmasked": "no-learning",
    "preprocessing-skew": "validation-distribution-differs",
    "rebuilt-each-round": "no-learning",
    "scaled-twice": "unnormalised-input",
    "shuffled-alone": "no-learning",
    "shuffled-apart": "no-learning",
    "slow-batch-norm": "train-eval-gap",
    "softmax-axis": "no-learning",
    "softmax-from-logits": "loss-head-mismatch",
    "softmax-over-batch": "no-learning",
    "softmax-over-one": "no-learning",
    "target-range": "output-range-vs-target",
    "tiny-clipping": "slow-or-stalled-loss",
    "unguarded-log": "nan-loss",
    "validation-of-other-classes": "validation-distribution-differs",
}


def with_symptom(diagnosis: Diagnosis) -> Diagnosis:
    """Return a diagnosis with its rule's symptom, where it has none of its own."""
    symptom = SYMPTOMS.get(diagnosis.rule)
    if diagnosis.symptom is not None or symptom is None:
        return diagnosis
    return replace(diagnosis, symptom=symptom, first_step=diagnosis.first_step or 0)
