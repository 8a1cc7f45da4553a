"""Learning rates too high or too low, with the range that the run's own data suggest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._settings import setting_place
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.places import known, optimizer_place
from graphscope.doctor.health.rates import (
    USUAL_ADAM,
    optimizer_fix,
    optimizer_rate_fix,
    rate_fixes,
    usual_rate,
)
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    first_step,
    goes_well,
    is_long_enough,
    loss_of,
    parts,
    progress,
    trained_layers,
    typical,
)
from graphscope.doctor.health.training import Training
from graphscope.runs import Run

ID = "learning-rate"
SYMPTOM = "learning-rate-too-high"

_GOOD = (1e-4, 1e-2)
"""Of an update to its weight: TheDeepChecker (arXiv 2204.00694) has log10 in [-4, -1]; the upper
end here is the usual advice of 1e-3, with a decade to spare."""
_FIRST = 5
"""Samples at the beginning of a run."""
_DIED, _MOVED = 1e-3, 0.1
"""Of its highest value: a rate that is lower for half of the run; and of the loss that is lost."""
_SMALL, _LARGE = 3e-6, 0.3
"""Ratios at which nothing moves, and at which a step replaces a weight."""

_LEAST = 1e-12
"""Ratios below it are told as it, so that something can be divided by them."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look at update ratios and at the loss of a training that does not go well."""
    run = training.run
    if _has_died_away(run):
        yield _died_away(training)
        return
    rate = _rate(run)
    ratio = _ratio(run)
    if rate is None or not np.isfinite(ratio) or goes_well(run) or not is_long_enough(run):
        return
    if ratio < _SMALL and progress(run) < 0.1 and _has_gradients(run) and _helps(rate, ratio):
        yield _too_low(training, rate, ratio)
    elif ratio > _LARGE or (_jumps(run) and ratio > _GOOD[1]):
        yield _too_high(training, rate, ratio)
    elif (early := _ratio(run, at_first=True)) > _LARGE and _has_risen(run):
        yield _too_high(training, rate, early)


def _rate(run: Run) -> float | None:
    series = run.steps.get("learning_rate")
    return float(np.median(series.values)) if series is not None and len(series) else None


def _has_died_away(run: Run) -> bool:
    """Whether a schedule took the rate away before anything was learned."""
    series = run.steps.get("learning_rate")
    if series is None or not is_long_enough(run) or goes_well(run) or progress(run) > _MOVED:
        return False
    return bool(np.median(series.values) < _DIED * np.max(series.values))


def _died_away(training: Training) -> Diagnosis:
    series = training.run.steps["learning_rate"]
    first = float(np.max(series.values))
    step = first_step(series, series.values < _DIED * first)
    case, model = training.case, training.fit.model if training.fit is not None else None
    optimizer = getattr(model, "optimizer", None)
    place = (
        setting_place(case, "learning_rate", optimizer)
        if case is not None and optimizer is not None
        else None
    )
    fix = (
        optimizer_rate_fix(case, optimizer, first, likelihood=0.8)
        if case is not None and optimizer is not None
        else None
    )
    return tell(
        training,
        ID,
        "learning-rate-too-low",
        f"The learning rate dies away: its schedule (decay) took it from {first:g} below a "
        f"thousandth of that in step {step}, and to {series.values[-1]:.2g} in the end, before the "
        "loss had moved. From there on nothing is learned.\nLet it decay over the whole training "
        f"(decay_steps of the order of {training.run.last_step} steps), or keep it constant.",
        confidence=0.85,
        first_step=step,
        places=[place, optimizer_place(training)],
        evidence=[f"learning rate {first:g} at first, {series.values[-1]:.2g} at the end"],
        fixes=known(fix),
    )


def _ratio(run: Run, *, at_first: bool = False) -> float:
    """Return the median update ratio of layers that have more than biases and scales.

    Args:
        run: the training.
        at_first: of the first steps that were looked into: weights that large steps have blown up
            hide how large they were.
    """
    layers = [each for each in trained_layers(run) if typical(run, each.key, "weight_norm") > 0.1]
    found = [run.statistic(each.key, "update_ratio") for each in layers]
    shown = [each.values[:_FIRST] if at_first else each.values for each in found if each]
    ratios = [float(np.median(values[np.isfinite(values)])) for values in shown
              if np.isfinite(values).any()]  # fmt: skip
    return float(np.median(ratios)) if ratios else float("nan")


def _has_risen(run: Run) -> bool:
    """Whether the loss ends above that of the first batch."""
    series = loss_of(run)
    return series is not None and bool(parts(series)[1] > series.values[0])


def _has_gradients(run: Run) -> bool:
    norms = [typical(run, each.key, "gradient_norm") for each in trained_layers(run)]
    return any(norm > 1e-6 for norm in norms)


def _jumps(run: Run) -> bool:
    """Whether the loss went up, or goes up and down by more than it is."""
    series = loss_of(run)
    if series is None:
        return False
    first, last = parts(series)
    if last > 1.5 * abs(first):
        return True
    changes = np.abs(np.diff(series.values))
    return bool(np.nanmedian(changes) > 0.5 * abs(last))


def _suggested(rate: float, ratio: float) -> tuple[float, float]:
    """Return the learning rates that would bring the updates into the good range."""
    return rate * _GOOD[0] / ratio, rate * _GOOD[1] / ratio


def _helps(rate: float, ratio: float) -> bool:
    """Whether a larger rate is a remedy: beyond one it is the gradients that are too small."""
    return _suggested(rate, max(ratio, _LEAST))[0] <= 1.0


def _round(value: float) -> float:
    return float(f"{value:.1g}")


def _too_low(training: Training, rate: float, ratio: float) -> Diagnosis:
    run = training.run
    low, high = map(_round, _suggested(rate, max(ratio, _LEAST)))
    middle = _round(min((low * high) ** 0.5, 1.0))
    return tell(
        training,
        ID,
        "learning-rate-too-low",
        f"The learning rate {rate:g} is too low: a step changes the weights by {ratio:.1g} of "
        f"their size, and the loss hardly moves (slow, stalled).\nThe run's own updates suggest "
        f"{low:g} to {high:g}; increase it.",
        confidence=0.8,
        first_step=first_step(loss_of(run)),
        evidence=[f"update to weight ratio {ratio:.2g}, good is {_GOOD[0]:g} to {_GOOD[1]:g}"],
        fixes=rate_fixes(training, (usual_rate(training), high, middle), likelihood=0.8),
    )


def _too_high(training: Training, rate: float, ratio: float) -> Diagnosis:
    low, high = map(_round, _suggested(rate, ratio))
    middle = _round((low * high) ** 0.5)
    return tell(
        training,
        ID,
        SYMPTOM,
        f"The learning rate {rate:g} is too high: a step changes the weights by {ratio:.1g} of "
        "their size, and the loss jumps (oscillates, diverges) where it should fall.\nThe run's "
        f"own updates suggest {low:g} to {high:g}; lower (reduce) it.",
        confidence=0.8,
        first_step=first_step(loss_of(training.run)),
        places=[optimizer_place(training)],
        evidence=[f"update to weight ratio {ratio:.2g}, good is {_GOOD[0]:g} to {_GOOD[1]:g}"],
        fixes=(
            *rate_fixes(training, (usual_rate(training), middle, low), likelihood=0.8),
            *known(optimizer_fix(training, *USUAL_ADAM, 0.6)),
        ),
    )
