"""Gradients that are lost on their way to the first layers."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import known, label_of, layer_fix, layer_place
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import first_step, is_stuck, trained_layers, typical
from graphscope.doctor.health.training import Training

ID = "vanishing-gradient"
SYMPTOM = "vanishing-gradient"

_RATIO = 1e-3
"""First to last layer, as AutoTrainer (doi 10.1109/ICSE43902.2021.00043) has it."""
_LAYERS = 4
"""Between fewer layers a small ratio is a matter of their sizes."""
_FLAT = ("sigmoid", "tanh", "hard_sigmoid", "softsign")


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare the gradients of the first and the last layer of a training that is stuck."""
    run = training.run
    layers = [each for each in trained_layers(run) if typical(run, each.key, "gradient_norm") >= 0]
    if len(layers) < _LAYERS or not is_stuck(run):
        return
    first, final = layers[0], layers[-1]
    norms = [typical(run, each.key, "gradient_norm") for each in (first, final)]
    if norms[1] <= 0 or not norms[0] / norms[1] < _RATIO:
        return
    flat = [each for each in layers if each.activation in _FLAT]
    why = f" through {len(flat)} layers of {flat[0].activation}" if flat else ""
    fixes = known(
        *(
            layer_fix(
                training,
                each,
                "activation",
                '"relu"',
                "Use relu in place of " + str(each.activation),
                0.6,
            )
            for each in flat[:1]
        )
    )
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The gradient vanishes{why}: at the first layer, {label_of(training, first)}, its norm "
        f"is {norms[0]:.2g}, at the last, {label_of(training, final)}, {norms[1]:.2g}. The early "
        "layers do not learn.\nUse relu with he_normal weights, BatchNormalization, or residual "
        "connections.",
        confidence=0.85,
        first_step=first_step(run.statistic(first.key, "gradient_norm")),
        layer=first.name,
        places=[layer_place(training, (flat or layers)[0])],
        evidence=[
            f"gradient norm, first to last layer: {norms[0] / norms[1]:.2g} (limit {_RATIO:g})"
        ],
        fixes=fixes,
    )
