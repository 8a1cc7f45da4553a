"""A loss whose sign is wrong: it falls, and what it should make small gets large."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from graphscope.doctor.checks._trained import trained_outputs
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import known
from graphscope.doctor.health.rules.data._answers import Answers, answers_of
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.doctor.source import Editor, SourceFile
from graphscope.runs import Series

ID = "loss-sign"
SYMPTOM = "loss-sign"

_GROWS = 10.0
"""Times its first value: a log likelihood may be negative, but it levels off."""
_FELL = 0.2
"""Of its first value: less may be chance."""
_CONTRARY = -0.3
"""Correlation of answers and targets, below which a model has learned the opposite."""
_DISTANCES = frozenset(
    {"square", "abs", "absolute", "squared_difference", "mean_squared_error", "mse", "norm",
     "mean_absolute_error", "mae", "binary_crossentropy", "categorical_crossentropy",
     "sparse_categorical_crossentropy", "huber"}
)  # fmt: skip
"""What is never negative, and small when a prediction is good."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look for a loss that falls below zero without end, or that falls as the answers get worse."""
    series = training.run.steps.get("loss")
    if series is None or len(series) < 10:
        return
    begin, final = _ends(series)
    if not final < begin - _FELL * max(abs(begin), 1e-6):
        return
    returned = _returned(training)
    if _has_no_end(series):
        what = f"The loss falls without end, from {begin:.4g} to {final:.4g}"
    elif returned is not None and (worse := _got_worse(answers_of(training))):
        what = f"The loss falls, from {begin:.4g} to {final:.4g}, and {worse}"
    else:
        return
    negated = _negated(training)
    found = negated or returned
    below = np.flatnonzero(series.values < 0)
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"{what}: the sign of what is minimised is wrong (flipped), so training makes the error "
        "large instead of small.\n"
        + ("Remove the minus." if negated else "Put a minus before it: what is good must be low, "
           "as the negative of a likelihood or of a score is."),
        confidence=0.85 if found else 0.6,
        first_step=int(series.steps[below[0]]) if len(below) else int(series.steps[0]),
        places=[Place(found[0].path, found[1].lineno) if found else None],
        evidence=[f"loss {begin:.4g} -> {final:.4g}"],
        fixes=known(_without_minus(negated) if negated else _with_minus(returned)),
    )  # fmt: skip


def _ends(series: Series) -> tuple[float, float]:
    """Return the median of the first and of the last tenth, finite values only; or NaN."""
    finite = series.values[np.isfinite(series.values)]
    tenth = max(1, len(finite) // 10)
    if not len(finite):
        return float("nan"), float("nan")
    return float(np.median(finite[:tenth])), float(np.median(finite[-tenth:]))


def _has_no_end(series: Series) -> bool:
    """Whether a loss falls below zero faster and faster: a log likelihood levels off."""
    finite = series.values[np.isfinite(series.values)]
    tenth = max(1, len(finite) // 10)
    begin, final = _ends(series)
    middle = float(np.median(finite[len(finite) // 2 :][:tenth]))
    falls_faster = middle - final > begin - middle
    return final < 0 and falls_faster and final < begin - _GROWS * max(abs(begin), 1e-6)


def _got_worse(answers: Answers | None) -> str:
    """Return how the answers are worse than chance, in words; nothing where they are not."""
    if answers is None:
        return ""
    if answers.classes > 2:
        _, counts = np.unique(answers.targets, return_counts=True)
        chance = float(np.sum((counts / counts.sum()) ** 2))
        right = float(np.mean(answers.outputs.argmax(axis=-1) == answers.targets))
        told = f"{right:.0%} of the answers are right where guessing gives {chance:.0%}"
        return told if right < chance / 2 else ""
    given, wanted = answers.outputs.reshape(-1), answers.targets.reshape(-1)
    if len(given) != len(wanted) or not given.std() or not wanted.std():
        return ""
    agreement = float(np.corrcoef(given, wanted)[0, 1])
    if agreement > _CONTRARY:
        return ""
    return f"the answers go against the targets (correlation {agreement:.2f})"


def _returned(training: Training) -> tuple[SourceFile, ast.expr] | None:
    """Return what the loss function of the user's own returns, where it is one expression."""
    if training.case is None:
        return None
    for output in trained_outputs(training.case):
        found = _function(training, output.given)
        if found is None or output.fit is not training.fit:
            continue
        returns = [each for each in ast.walk(found[1]) if isinstance(each, ast.Return)]
        if len(returns) == 1 and returns[0].value is not None:
            return found[0], returns[0].value
    return None


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
    found = _function(training, function)
    for inner in ast.walk(found[1]) if found is not None else ():
        if found is not None and isinstance(inner, ast.UnaryOp) and _is_negated_distance(inner):
            return found[0], inner
    return None


def _function(training: Training, function: Any) -> tuple[SourceFile, ast.AST] | None:
    """Return the definition of a loss of the user's own: a function, or a class with `call`."""
    method = function if hasattr(function, "__code__") else getattr(type(function), "call", None)
    code = getattr(method, "__code__", None)
    program = training.case.program if training.case is not None else None
    if code is None or program is None or not program.is_own(code.co_filename):
        return None
    file = program.file(code.co_filename)
    found = [
        each
        for each in (file.functions(code.co_name) if file is not None else ())
        if each.lineno == code.co_firstlineno
        or any(d.lineno == code.co_firstlineno for d in getattr(each, "decorator_list", ()))
    ]
    return (file, found[0]) if file is not None and found else None


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


def _with_minus(found: tuple[SourceFile, ast.expr] | None) -> Fix | None:
    if found is None:
        return None
    file, node = found
    is_simple = isinstance(node, ast.Call | ast.Name | ast.Attribute | ast.Subscript)
    before, after = ("-", "") if is_simple else ("-(", ")")
    title = "Put a minus before what the loss returns"
    editor = Editor(file).wrap(node, before, after)
    return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.9)
