"""A classifier that gives one answer to everything."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._arguments import boundary_call
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import fit_place, known
from graphscope.doctor.health.rules.data._samples import sample_of
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.doctor.source import Editor
from graphscope.runs import Run
from graphscope.runs.records import OUTPUT

ID = "class-collapse"
SYMPTOM = "class-collapse"

_RARE = 0.05
"""Share of a class that is so rare that never naming it costs next to nothing."""
_LAST = 3


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look at the last samples of the output, where one class is rare."""
    sample = sample_of(training)
    if sample is None or sample.classes < 2:
        return
    values, counts = np.unique(sample.targets, return_counts=True)
    shares = counts / counts.sum()
    rare = int(shares.argmin())
    if shares[rare] >= _RARE or not _gives_one_answer(training.run):
        return
    weight = float(shares.max() / shares[rare])
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The model gives the same answer to everything (class collapse): only {shares[rare]:.1%} "
        f"of the targets are class {values[rare]:g} (imbalance), so an accuracy of "
        f"{shares.max():.1%} is what the majority alone gives.\nWeight the classes "
        f"(class_weight, about {weight:.0f} to 1), sample them evenly, and look at recall or AUC "
        "rather than accuracy.",
        confidence=0.8,
        places=[fit_place(training)],
        evidence=[
            f"class {values[rare]:g}: {counts[rare]} of {counts.sum()} rows",
            "one answer in the last samples",
        ],
        fixes=known(_weigh(training, {int(v): float(shares.max() / s) for v, s in zip(
            values, shares, strict=True)})),
    )  # fmt: skip


def _gives_one_answer(run: Run) -> bool:
    top = run.statistic(OUTPUT, "top_share")
    if top is not None and len(top) >= _LAST:
        return bool(np.all(top.values[-_LAST:] >= 1.0))
    low, high = run.statistic(OUTPUT, "min"), run.statistic(OUTPUT, "max")
    if low is None or high is None or len(high) < _LAST:
        return False
    # One sigmoid: on one side of a half for all.
    one_side = np.all(high.values[-_LAST:] < 0.5) or np.all(low.values[-_LAST:] > 0.5)
    return bool(one_side and np.all(low.values >= 0) and np.all(high.values <= 1))


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
