"""Evaluation that does not do what training did, on the very rows of training."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import instance_of, known, layer_fix, layer_place
from graphscope.doctor.health.rules.data._modes import Asked, ask
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import has_many_epochs, is_long_enough, loss_of, parts
from graphscope.doctor.health.training import Training
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import call_place, label
from graphscope.runs import LayerInfo

ID = "train-eval-gap"
SYMPTOM = "train-eval-gap"

_TIMES, _OF_FIRST = 1.5, 0.1
"""A loss in evaluation of so many times that of training, and larger by so much of the loss with
which training began. TheDeepChecker (arXiv 2204.00694) has the same 50 %."""
_HARM = 1.25
"""Times the loss without it, from which on randomness in evaluation does harm."""
_ARRIVED = 0.9
"""Of moving statistics that come from the data, and not from how they were initialised."""
_SAMPLED = 5
"""Calls at one place that ask for samples: the spread of answers is what they are after."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Ask the trained model about rows of its training, as evaluation and as training would."""
    asked = ask(training) if is_long_enough(training.run) else None
    if asked is None:
        return
    if asked.random_layers() and asked.is_random():
        if not _is_sampled(training):
            yield from _random(training, asked)
        return
    norms = [each for each in training.run.layers if each.class_name == "BatchNormalization"]
    if not norms:
        return
    trained, evaluated = asked.loss(training=True), asked.loss(training=False)
    series = loss_of(training.run)
    first = parts(series)[0] if series is not None else float("nan")
    if not np.isfinite([trained, first]).all() or np.isnan(evaluated):
        return
    if evaluated > _TIMES * trained and evaluated - trained > _OF_FIRST * abs(first):
        yield _stale(training, norms, trained, evaluated)


def _random(training: Training, asked: Asked) -> Iterator[Diagnosis]:
    loss, calm = asked.loss(training=False), asked.calm_loss()
    forced = _forced(training.case, asked) if training.case is not None else []
    if not forced or not loss > _HARM * calm:
        return
    layer = forced[0].operation
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"{label(layer)} is called with training=True: it is random in evaluation and prediction "
        f"too, which gives the same rows other answers each time.\nOn rows of training the loss is "
        f"{loss:.4g} so, and {calm:.4g} without. Leave out training=True: Keras says by itself "
        "whether it is training.",
        confidence=0.85,
        layer=layer.name,
        places=[call_place(each) for each in forced],
        evidence=[
            f"loss in evaluation {loss:.4g}, without dropout and noise {calm:.4g}",
            "two predictions of the same rows differ",
        ],
        fixes=known(_unforced(training.case, forced)),
    )


def _forced(case: Case, asked: Asked) -> list[CallRecord]:
    """Return calls of random layers that are told to act as in training, one for each place."""
    layers = {id(each) for each in asked.random_layers()}
    calls = [
        each
        for each in case.recording.calls
        if id(each.operation) in layers and each.kwargs.get("training") is True
    ]
    return list({call_place(each): each for each in calls if call_place(each)}.values())


def _unforced(case: Case | None, forced: list[CallRecord]) -> Fix | None:
    """Return the edit that takes `training=True` out of the calls of one file."""
    editor: Editor | None = None
    for record in forced:
        found = case.program.call(record.site[0]) if case is not None else None
        if case is None or found is None or not case.program.is_own(found[0].path):
            return None
        editor = editor or Editor(found[0])
        given = next((each for each in found[1].keywords if each.arg == "training"), None)
        if given is None or found[0] is not editor.file:
            return None
        if not isinstance(given.value, ast.Constant):
            return None
        editor.remove_argument(found[1], given)
    if editor is None:
        return None
    title = "Leave out training=True"
    return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.9)


def _is_sampled(training: Training) -> bool:
    """Whether the program asks the model again and again at one place."""
    case, fit = training.case, training.fit
    if case is None or fit is None:
        return False
    counts: dict[Any, int] = {}
    for each in case.recording.boundaries:
        if each.kind in ("predict", "predict_on_batch", "call") and each.model is fit.model:
            place = each.site[0].position if each.site else None
            counts[place] = counts.get(place, 0) + 1
    return max(counts.values(), default=0) >= _SAMPLED


def _stale(
    training: Training, norms: list[LayerInfo], trained: float, evaluated: float
) -> Diagnosis:
    steps = max(training.run.last_step, 1)
    shares = [1 - _momentum(training, each) ** steps for each in norms]
    slowest = int(np.argmin(shares))
    info, share = norms[slowest], shares[slowest]
    momentum = _momentum(training, info)
    if share < _ARRIVED:
        why = (
            f"With momentum={momentum:g}, {share:.0%} of its moving mean and variance come from "
            f"the data after {steps} steps, the rest is how they began. Use a momentum of 0.9, "
            "or train for more steps."
        )
        fix = layer_fix(
            training, info, "momentum", "0.9", "Let the moving statistics follow faster", 0.8
        )
    else:
        why = (
            "Its moving mean and variance are not those of the batches that it normalised in "
            "training: batches are too small or each of another kind, or its inputs change faster "
            "than they follow. Shuffle, use larger batches, or lower the learning rate or the "
            "momentum."
        )
        fix = None
    return tell(
        training,
        ID,
        SYMPTOM,
        f"Training and evaluation differ on the same rows: the loss is {trained:.4g} as in "
        f"training and {evaluated:.4g} as in evaluation, because {info.class_name} "
        f"{info.name!r} normalises with its moving statistics there.\n{why}",
        # A demonstration of a few steps leaves them behind, and nobody minds.
        severity=Severity.WARNING if has_many_epochs(training.run) else Severity.INFO,
        confidence=0.85,
        layer=info.name,
        places=[layer_place(training, info)],
        evidence=[
            f"loss {trained:.4g} with statistics of the batch, {evaluated:.4g} with moving ones",
            f"momentum {momentum:g}, {steps} steps: {share:.0%} of the way",
        ],
        fixes=known(fix),
    )


def _momentum(training: Training, info: LayerInfo) -> float:
    return float(getattr(instance_of(training, info), "momentum", 0.99))
