"""A discriminator that always wins, so that its generator learns nothing from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graphscope.doctor.findings import Diagnosis, Fix, Place
from graphscope.doctor.health.rates import rate_place, rates_fix
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.doctor.wording import place_of
from graphscope.monitor.readings import as_number
from graphscope.runs import Run, Series

ID = "gan-collapse"
SYMPTOM = "gan-collapse"

_WON, _LOST = 0.1, 3.0
"""Losses in nats at which a discriminator errs in 1 of 20 cases, and a generator is believed in 1
of 20 (exp(-3))."""
_JUDGE, _MAKER = 2e-4, 1e-3
"""Learning rates that keep pace with each other under Adam: DCGAN (arXiv 1511.06434) has 2e-4."""
_ROLES = {
    "discriminator": re.compile(r"(^|_)(d|disc\w*|critic)(_|$)"),
    "generator": re.compile(r"(^|_)(g|gen\w*)(_|$)"),
}


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare the last third of both losses."""
    optimizers = _optimizers(training)
    pair = _losses(training.run) or _contested(training.run, optimizers)
    if pair is None:
        return
    judge, maker = pair
    optimizers = _by_role(optimizers, judge.name, maker.name)
    third = max(3, len(judge) // 3)
    if len(judge) < 3 or len(maker) != len(judge):
        return
    won, lost = float(np.median(judge.values[-third:])), float(np.median(maker.values[-third:]))
    if not (won < _WON and lost > _LOST):
        return
    both = (judge.values < _WON) & (maker.values > _LOST)
    rates = [
        f"{name.partition('/')[2]}: {series.values[-1]:g}"
        for name, series in training.run.steps.items()
        if name.startswith("learning_rate/") and len(series)
    ]
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The discriminator wins (its loss is {won:.3g}, the generator's {lost:.3g}): it is sure "
        "of every sample, so the gradient that the generator gets from it says nothing "
        "(collapse).\n"
        "Weaken it: a lower learning rate for the discriminator, a higher one for the generator, "
        "label smoothing, dropout or noise in the discriminator, fewer of its steps.",
        confidence=0.8,
        first_step=int(judge.steps[np.flatnonzero(both)[0]]),
        places=_places(training, optimizers),
        evidence=[f"losses {won:.3g} and {lost:.3g}", *(f"learning rate of {r}" for r in rates)],
        fixes=tuple(_balanced(training, optimizers)),
    )


def _losses(run: Run) -> tuple[Series, Series] | None:
    """Return the losses of discriminator and generator, by their names in the logs."""
    found = {}
    for role, pattern in _ROLES.items():
        names = [name for name in run.steps if "loss" in name and pattern.search(name)]
        if len(names) != 1:
            return None
        found[role] = run.steps[names[0]]
    return found["discriminator"], found["generator"]


def _contested(run: Run, optimizers: Mapping[str, Any]) -> tuple[Series, Series] | None:
    """Return the two losses of a model that has an optimizer for each, the lower one first.

    Whatever they are called: `judge_loss` and `judge_optimizer`. Where both are adversaries, the
    lower loss is that of the one who wins.
    """
    words = {name: _word(name, "loss") for name in run.steps if name.endswith("_loss")}
    names = [name for name, word in words.items() if word and not name.startswith("val_")]
    if len(names) != len(_ROLES) or len(optimizers) != len(_ROLES):
        return None
    if {words[name] for name in names} != {_word(each, "optimizer") for each in optimizers}:
        return None
    low, high = sorted((run.steps[name] for name in names), key=lambda each: each.values[-1])
    return low, high


def _word(name: str, kind: str) -> str:
    """Return what a name says besides its kind: `judge` of `judge_loss`, `d` of `d_optimizer`."""
    return re.sub(rf"_?{kind}_?", "", name.lower()).strip("_")


def _optimizers(training: Training) -> dict[str, Any]:
    """Return the optimizers that are attributes of the model, by their names."""
    model = training.fit.model if training.fit is not None else None
    if model is None:  # only the log is known: whoever reads it need not load Keras
        return {}
    import keras

    return {
        name: value
        for name, value in vars(model).items()
        if isinstance(value, keras.optimizers.Optimizer) and name != "optimizer"
    }


def _by_role(optimizers: Mapping[str, Any], judge: str, maker: str) -> dict[str, Any]:
    """Return the optimizers of discriminator and generator, by their names or their losses'."""
    found = {}
    for (role, pattern), loss in zip(_ROLES.items(), (judge, maker), strict=True):
        named = [name for name in optimizers if pattern.search(name.lower())]
        named = named or [
            name for name in optimizers if _word(name, "optimizer") == _word(loss, "loss")
        ]
        if len(named) == 1:
            found[role] = optimizers[named[0]]
    return found


def _places(training: Training, optimizers: Mapping[str, Any]) -> list[Place | None]:
    case = training.case
    if case is None:
        return []
    made = [optimizers.get(role) for role in _ROLES]
    return [
        place
        for each in made
        if each is not None
        for place in (rate_place(case, each) or place_of(case, each),)
    ]


def _balanced(training: Training, optimizers: Mapping[str, Any]) -> Iterator[Fix]:
    """Yield edits that hold the discriminator back and let the generator keep up."""
    case = training.case
    if case is None or len(optimizers) < len(_ROLES):
        return
    judge, maker = (optimizers[role] for role in _ROLES)
    fast, slow = (as_number(getattr(each, "_learning_rate", None)) for each in (judge, maker))
    if fast is None or slow is None:
        return
    for judged, made, likelihood in (
        (min(fast, _JUDGE), max(slow, _MAKER), 0.7),
        (min(fast, _JUDGE / 4), max(slow, _MAKER), 0.6),
        (min(fast, slow), max(fast, slow), 0.5),
    ):
        title = f"Let the discriminator learn at {judged:g}, the generator at {made:g}"
        fix = rates_fix(case, {judge: judged, maker: made}, title, likelihood=likelihood)
        if fix is not None and (judged, made) != (fast, slow):
            yield fix
