"""Targets of a regression that are far from the size at which training begins: about 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._arguments import GivenArgument, given_argument
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import fit_place, known, optimizer_place
from graphscope.doctor.health.rates import calmer_fixes
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    first_step,
    goes_well,
    has_many_epochs,
    is_long_enough,
    loss_of,
    rise,
    typical,
)
from graphscope.doctor.health.training import Training
from graphscope.doctor.origins import trace_data
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import distinct
from graphscope.runs import Run
from graphscope.runs.records import INPUT, OUTPUT, TARGET

ID = "target-scale"
SYMPTOM = "slow-or-stalled-loss"

_LARGE = 50.0
"""Size of targets from which on the first gradients are far too large for plain steps."""
_REACHED = 0.1
"""Share of the targets' size that outputs have come to, below which they will not arrive."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare targets with outputs in a regression that blows up, or that crawls."""
    run = training.run
    size, symptom = _size(run, TARGET), _symptom(run)
    if not size > _LARGE or symptom is None or not _is_regression(training):
        return
    if _size(run, INPUT) > _LARGE:
        return  # The inputs are as large, and come first.
    low, high = typical(run, TARGET, "min"), typical(run, TARGET, "max")
    outcome = (
        "the first errors are as large as that, and their gradients blow the weights up"
        if symptom != SYMPTOM
        else f"the outputs have come to {_size(run, OUTPUT):.3g} so far, a small step at a time"
    )
    argument = given_argument(training.case, training.fit, "y", 1) if training.case else None
    yield tell(
        training,
        ID,
        symptom,
        f"The targets range from {low:.4g} to {high:.4g}, and a model begins near 0: {outcome}.\n"
        "Scale (normalise, standardise) the targets to about 1 before training, and its "
        "predictions back; or lower the learning rate, or use Adam.",
        confidence=0.8,
        first_step=first_step(loss_of(run)),
        places=distinct([*_made(training, argument), fit_place(training),
                         optimizer_place(training)]),
        evidence=[f"targets {low:.4g} to {high:.4g}", f"outputs about {_size(run, OUTPUT):.3g}"],
        fixes=(*known(_standardised(training, argument)), *calmer_fixes(training, likelihood=0.5)),
    )  # fmt: skip


def _size(run: Run, of: str) -> float:
    """Return the size of numbers: their mean and their spread together."""
    return float(np.hypot(typical(run, of, "mean"), typical(run, of, "std")))


def _is_regression(training: Training) -> bool:
    """Whether targets are numbers to come near to, and not classes."""
    start = training.run.start
    loss = str(start.config.get("loss") if start is not None else "").lower()
    return "crossentropy" not in loss


def _symptom(run: Run) -> str | None:
    """Return how it shows; None where the training does not go badly in such a way."""
    series = loss_of(run)
    if series is None or not is_long_enough(run) or goes_well(run):
        return None
    if any(event.kind == "nonfinite" for event in run.events) or not np.isfinite(series.values[-1]):
        return "nan-loss"
    if rise(series) > 1.5:
        return "diverging-loss"
    crawls = _size(run, OUTPUT) < _REACHED * _size(run, TARGET)
    return SYMPTOM if crawls and has_many_epochs(run) else None


def _made(training: Training, argument: GivenArgument | None) -> list[Place]:
    if training.case is None or argument is None:
        return []
    origin = trace_data(training.case, argument.node, argument.frame, file=argument.file)
    return list(origin.places)


def _standardised(training: Training, argument: GivenArgument | None) -> Fix | None:
    """Return the edit that scales the targets before `fit`, those of validation alike."""
    case = training.case
    if case is None or argument is None or not isinstance(argument.node, ast.Name):
        return None
    name, file = argument.node.id, argument.file
    if not case.program.is_own(file.path):
        return None
    names = [name]
    held = given_argument(case, training.fit, "validation_data", 99)
    if held is not None:
        parts = held.node.elts if isinstance(held.node, ast.Tuple | ast.List) else []
        if len(parts) < 2 or not isinstance(parts[1], ast.Name):
            return None
        names.append(parts[1].id)
    scaled = ", ".join(f"({each} - {name}.mean()) / {name}.std()" for each in names)
    editor = Editor(file)
    editor.insert_before(file.statement_of(argument.call), f"{', '.join(names)} = {scaled}")
    title = f"Standardise {name} before training"
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.8)
