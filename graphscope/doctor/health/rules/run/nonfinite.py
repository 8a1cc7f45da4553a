"""NaN or infinity: the step, and the first layer or function where it arose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.health.places import computing_place, label_of, layer_place
from graphscope.doctor.health.rates import calmer_fixes
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.runs import Event

ID = "nonfinite-numbers"
SYMPTOM = "nan-loss"

_REMEDY = {
    "data": "Fill in or drop what is missing before training (np.nan_to_num, or drop the rows).",
    "loss": "Keep what the loss takes a logarithm of, or divides by, away from 0 (clip, or add "
    "an epsilon), or use Keras's own loss with from_logits=True.",
    "forward": "Look at what this layer computes from these inputs: a division, a logarithm, or "
    "weights that have grown; a lower learning rate or clipnorm=1.0 keeps them small.",
    "gradient": "Lower the learning rate, or clip gradients (clipnorm=1.0).",
}


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Tell what the monitor saw first."""
    for event in training.run.events:
        if event.kind == "nonfinite":
            yield _tell(training, event)
            return


def _tell(training: Training, event: Event) -> Diagnosis:
    details = event.details
    quantity = str(details.get("quantity", "loss"))
    info = next((i for i in training.run.layers if i.key == details.get("layer")), None)
    return tell(
        training,
        ID,
        SYMPTOM,
        f"{event.text}\n{_REMEDY.get(quantity, _REMEDY['forward'])}",
        severity=Severity.ERROR,
        confidence=0.7,
        first_step=event.step,
        layer=info.name if info is not None else None,
        places=[
            computing_place(training, info) if info is not None else None,
            layer_place(training, info) if info is not None else None,
        ],
        evidence=[
            *([f"first at {label_of(training, info)}"] if info is not None else []),
            *(f"its inputs: {_range(each)}" for each in details.get("inputs") or ()),
        ],
        fixes=calmer_fixes(training, likelihood=0.4) if quantity in ("gradient", "forward") else (),
    )


def _range(numbers: Mapping[str, Any]) -> str:
    low, high, mean = (float(numbers.get(name, "nan")) for name in ("min", "max", "mean"))
    return f"{low:.4g} to {high:.4g}, mean {mean:.4g}"
