"""Hidden units at the end of their range, where there is no gradient."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Fix, Place
from graphscope.doctor.health.initial import find_oversized
from graphscope.doctor.health.places import label_of, layer_place, optimizer_place
from graphscope.doctor.health.rates import calmer_fixes
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import first_step, goes_well, is_long_enough, typical
from graphscope.doctor.health.training import Training
from graphscope.runs import LayerInfo
from graphscope.runs.records import INPUT

ID = "saturated-layer"
SYMPTOM = "saturated-activation"

_SHARE = 0.5
"""As DeepDiagnosis (arXiv 2112.04036) has it: more than half of the units."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Find the first hidden layer that is saturated, where training does not go well."""
    run = training.run
    if goes_well(run) or not is_long_enough(run):
        return
    keys = [key for key in run.statistics if "saturated_share" in run.statistics[key]]
    for key in keys:
        info = next((each for each in run.layers if each.key == key), None)
        share = typical(run, key, "saturated_share")
        if info is None or key == _head(training) or not share > _SHARE:
            continue
        yield _tell(training, info, share)
        return


def _tell(training: Training, info: LayerInfo, share: float) -> Diagnosis:
    run = training.run
    series = run.statistic(info.key, "saturated_share")
    assert series is not None
    began = first_step(series, series.values > _SHARE)
    spread = max(abs(typical(run, INPUT, "min")), abs(typical(run, INPUT, "max")))
    large = find_oversized(training, _until(training, info))
    places: list[Place | None] = [layer_place(training, info)]
    fixes: tuple[Fix, ...] = ()
    if began > int(series.steps[0]):
        why = "They were not at first: steps that are too large made its weights large. Lower the "
        why += "learning rate."
        places, fixes = [optimizer_place(training), *places], calmer_fixes(training, likelihood=0.7)
    elif large is not None:
        why = f"{large.told}: start with smaller weights (glorot_uniform)."
        places, fixes = [large.place, *places], large.fixes
    else:
        why = "Normalise (rescale) its inputs, start with smaller weights, or use relu."
    return tell(
        training,
        ID,
        SYMPTOM,
        f"{label_of(training, info)} is saturated: {share:.0%} of its units are at the end of "
        f"the range of {info.activation}, where the gradient is almost 0.\n{why}",
        confidence=0.8,
        first_step=began,
        layer=info.name,
        places=places,
        evidence=[f"{share:.0%} saturated (limit {_SHARE:.0%})", f"inputs up to {spread:.4g}"],
        fixes=fixes,
    )


def _until(training: Training, info: LayerInfo) -> list[LayerInfo]:
    """Return the layers that are called up to one of them."""
    layers = list(training.run.layers)
    return layers[: layers.index(info) + 1]


def _head(training: Training) -> str | None:
    """Return the layer that is called last: a head may well be sure of itself."""
    layers = [key for key in training.run.statistics if not key.startswith("@")]
    shown = [key for key in layers if "activation_mean" in training.run.statistics[key]]
    models = {info.key for info in training.run.layers[-1:]}
    return next((key for key in reversed(shown) if key not in models), None)
