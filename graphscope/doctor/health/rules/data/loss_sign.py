"""A loss that falls without end below zero: what should be small is made large."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from graphscope.doctor.checks._trained import trained_outputs
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import known
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.doctor.source import Editor, SourceFile

ID = "loss-sign"
SYMPTOM = "loss-sign"

_GROWS = 10.0
"""Times its first value: a log likelihood may be negative, but it levels off."""
_DISTANCES = frozenset(
    {"square", "abs", "absolute", "squared_difference", "mean_squared_error", "mse", "norm",
     "mean_absolute_error", "mae", "binary_crossentropy", "categorical_crossentropy",
     "sparse_categorical_crossentropy", "huber"}
)  # fmt: skip
"""What is never negative, and small when a prediction is good."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look for a loss of the user's own that falls faster and faster below zero."""
    series = training.run.steps.get("loss")
    if series is None or len(series) < 10:
        return
    finite = series.values[np.isfinite(series.values)]
    if not len(finite):
        return
    tenth = max(1, len(finite) // 10)
    begin, final = float(np.median(finite[:tenth])), float(np.median(finite[-tenth:]))
    middle = float(np.median(finite[len(finite) // 2 :][:tenth]))
    has_no_end = middle - final > begin - middle  # A log likelihood levels off.
    if not (final < 0 and has_no_end and final < begin - _GROWS * max(abs(begin), 1e-6)):
        return
    negated = _negated(training)
    where = Place(negated[0].path, negated[1].lineno) if negated else None
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The loss falls without end, from {begin:.4g} to {final:.4g}: the sign of what is "
        "minimised is wrong (negative, flipped), so training makes the error large instead of "
        "small.\nRemove the minus.",
        confidence=0.85 if negated else 0.6,
        first_step=int(series.steps[np.flatnonzero(series.values < 0)[0]]),
        places=[where],
        evidence=[f"loss {begin:.4g} -> {final:.4g}"],
        fixes=known(_without_minus(negated)),
    )


def _negated(training: Training) -> tuple[SourceFile, ast.UnaryOp] | None:
    """Return the minus before a distance in the loss."""
    if training.case is None:
        return None
    for output in trained_outputs(training.case):
        found = _in_function(training, output.given)
        if found is not None:
            return found
    step = getattr(type(training.fit.model), "train_step", None) if training.fit else None
    return _in_function(training, step)


def _in_function(training: Training, function: Any) -> tuple[SourceFile, ast.UnaryOp] | None:
    method = function if hasattr(function, "__code__") else getattr(type(function), "call", None)
    code = getattr(method, "__code__", None)
    program = training.case.program if training.case is not None else None
    if code is None or program is None or not program.is_own(code.co_filename):
        return None
    file = program.file(code.co_filename)
    for node in file.functions(code.co_name) if file is not None else ():
        for inner in ast.walk(node):
            if isinstance(inner, ast.UnaryOp) and _is_negated_distance(inner):
                return file, inner  # type: ignore[return-value]
    return None


def _is_negated_distance(node: ast.UnaryOp) -> bool:
    if not isinstance(node.op, ast.USub):
        return False
    names = {_called(each) for each in ast.walk(node.operand) if isinstance(each, ast.Call)}
    return bool(names & _DISTANCES) and "log" not in names


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _without_minus(found: tuple[SourceFile, ast.UnaryOp] | None) -> Fix | None:
    if found is None:
        return None
    file, node = found
    editor = Editor(file)
    editor.replace(node, file.segment(node.operand))
    title = "Remove the minus before the loss"
    return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.95)
