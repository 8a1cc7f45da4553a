"""Weights that are to be trained, and that no gradient reaches."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.facts.gradient_stops import stops_in
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import label_of, layer_place
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import first_step
from graphscope.doctor.health.training import Training
from graphscope.doctor.wording import plural

ID = "no-gradient"
SYMPTOM = "no-gradient"


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Find layers whose trainable weights had no gradient in any sample."""
    run = training.run
    found = [
        info
        for info in run.layers
        if info.trainable_parameters
        and (series := run.statistic(info.key, "has_gradient")) is not None
        and len(series)
        and not series.values.any()
    ]
    if not found:
        return
    first = found[0]
    called = "activation_mean" in run.statistics.get(first.key, {})
    why = (
        "it was called, but what it returns does not lead to the loss, or goes through something "
        "without a gradient (argmax, round, a cast to int, stop_gradient)"
        if called
        else "it was not called in the training step"
    )
    stops = stops_in(training.case) if training.case is not None and called else []
    stop = stops[0] if len(stops) == 1 else None
    if stop is not None:
        why += f"; {stop.file.segment(stop.node)!r} in line {stop.node.lineno} is such a thing"
    others = f" (and {plural(len(found) - 1, 'other layer')})" if len(found) > 1 else ""
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"No gradient reaches {label_of(training, first)}{others}: {why}. Its weights stay as "
        "they were initialised.\nLead its output to the loss, or freeze it (trainable=False) when "
        "that is meant.",
        confidence=0.7,
        first_step=first_step(run.statistic(first.key, "has_gradient")),
        layer=first.name,
        places=[stop.place if stop is not None else None, layer_place(training, first)],
        evidence=[f"{first.trainable_parameters:,} weights without a gradient"],
        fixes=tuple(stop.fixes()) if stop is not None else (),
    )
