"""A classifier that gives one answer to everything."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._arguments import boundary_call
from graphscope.doctor.checks._trained import inputs_of, summaries
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import fit_place, known
from graphscope.doctor.health.rules.data._samples import Sample, sample_of
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.doctor.source import Editor

ID = "class-collapse"
SYMPTOM = "class-collapse"

_FEWEST = 5
"""Rows of the rare class, below which missing all of them says little."""
_RARE = 0.05
"""Share of a class that is so rare that never naming it costs next to nothing."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Ask the trained model about the first rows, where one class is rare."""
    sample = sample_of(training)
    if sample is None or sample.classes < 2:
        return
    values, counts = np.unique(sample.targets, return_counts=True)
    shares = counts / counts.sum()
    rare = int(shares.argmin())
    if shares[rare] >= _RARE or counts[rare] < _FEWEST:
        return
    if not _never_named(training, sample, float(values[rare])):
        return
    weight = float(shares.max() / shares[rare])
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The model never names class {values[rare]:g} (class collapse): only {shares[rare]:.1%} "
        f"of the targets are of it (imbalance), so an accuracy of "
        f"{shares.max():.1%} is what the majority alone gives.\nWeight the classes "
        f"(class_weight, about {weight:.0f} to 1), sample them evenly, and look at recall or AUC "
        "rather than accuracy.",
        confidence=0.8,
        places=[fit_place(training)],
        evidence=[
            f"class {values[rare]:g}: {counts[rare]} of {counts.sum()} rows",
            "all of them are taken for another class",
        ],
        fixes=known(_weigh(training, {int(v): float(shares.max() / s) for v, s in zip(
            values, shares, strict=True)})),
    )  # fmt: skip


def _never_named(training: Training, sample: Sample, rare: float) -> bool:
    """Whether the trained model takes every row of the rare class for another."""
    rows = next(iter(summaries(inputs_of(training.fit)))).sample if training.fit else None
    if training.fit is None or rows is None:
        return False
    import keras

    outputs = np.asarray(keras.ops.convert_to_numpy(training.fit.model(rows, training=False)))
    if outputs.ndim != 2 or not np.isfinite(outputs).all():
        return False
    if outputs.shape[1] > 1:
        named = outputs.argmax(axis=-1)
    elif outputs.min() >= 0 and outputs.max() <= 1:
        named = (outputs[:, 0] > 0.5).astype(int)
    else:
        return False
    return not np.any(named[sample.targets == rare] == rare)


def _weigh(training: Training, weights: dict[int, float]) -> Fix | None:
    case = training.case
    found = boundary_call(case, training.fit) if case is not None and training.fit else None
    if found is None or any(each.arg == "class_weight" for each in found[1].keywords):
        return None
    text = ", ".join(f"{value}: {weight:.3g}" for value, weight in weights.items())
    editor = Editor(found[0])
    editor.set_keyword(found[1], "class_weight", f"{{{text}}}")
    title = "Weight the rare class as the frequent one"
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.7)
