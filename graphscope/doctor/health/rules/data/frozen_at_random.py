"""Frozen layers that nobody ever trained: the head learns from what random weights leave over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks.nothing_trainable import freezing_in
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import known
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import first_step, goes_well, has_many_epochs, loss_of
from graphscope.doctor.health.training import Training
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import label, plural

ID = "frozen-at-random"
SYMPTOM = "no-gradient"

_LAYERS = 2
"""Frozen layers with weights: one alone may be a fixed encoding."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look for frozen layers of the program's own making in a training that does not go well."""
    case, fit = training.case, training.fit
    if case is None or fit is None or goes_well(training.run) or not has_many_epochs(training.run):
        return
    freezing = list(freezing_in(case))
    # What is frozen now may have been trained in this run, and was frozen for a later one.
    still = {each.key for each in training.run.layers if not each.trainable_parameters}
    frozen = [
        each
        for each in _leaves(fit.model)
        if each.weights and not each.trainable and still & {each.path, each.name}
    ]
    if not freezing or len(frozen) < _LAYERS or any(_was_loaded(case, fit, e) for e in frozen):
        return
    if not all(case.recording.knows(each) for each in frozen):
        return  # What a library made, it may have loaded.
    file, node = freezing[0]
    count = sum(int(each.count_params()) for each in frozen)
    title = "Train these layers too"
    editor = Editor(file).replace(node.value, "True")
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"{label(frozen[0])} and {plural(len(frozen) - 1, 'other layer')} are frozen "
        "(trainable=False) with the random weights that they were initialised with: no pretrained "
        f"weights were loaded, so {count:,} weights never learn, and the rest cannot make up for "
        "it.\nLoad pretrained weights before freezing, or train them (trainable=True).",
        confidence=0.85,
        first_step=first_step(loss_of(training.run)),
        layer=frozen[0].name,
        places=[Place(file.path, node.lineno)],
        evidence=[
            f"{len(frozen)} frozen layers, {count:,} weights",
            "no load_weights, set_weights or earlier training of them was seen",
        ],
        fixes=known(_as_fix(editor, title)),
    )


def _as_fix(editor: Editor, title: str) -> Fix | None:
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.8)


def _leaves(model: Any) -> list[Any]:
    """Return the layers of Keras that hold weights themselves, and are no metric's or noise's."""
    return [
        each
        for each in model._flatten_layers(include_self=False)
        if type(each).__module__.startswith("keras.") and not getattr(each, "layers", None)
    ]


def _was_loaded(case: Case, fit: Boundary, layer: Any) -> bool:
    """Whether weights were put into a layer, or it was trained, before it was frozen here."""
    for each in case.recording.boundaries:
        if each is fit:
            return False
        if each.kind not in ("fit", "train_on_batch", "load_weights", "set_weights"):
            continue
        held = getattr(each.model, "_flatten_layers", None)
        if each.model is layer or (held is not None and any(one is layer for one in held())):
            return True
    return False
